import { sampleRateHz } from '../../media/codec/g711.ts'
import { NotWav } from '../../media/codec/wav-format.ts'
import { readWav, toMono } from '../../media/codec/wav-reader.ts'
import { writeWav } from '../../media/codec/wav-writer.ts'
import { resample } from '../../media/resample.ts'
import { looksLikeMp3, readMp3 } from './read-mp3.ts'
import { VoiceRefused, voiceLimits } from './voice-limits.ts'

/**
 * Turns a recording into the form in which voices are stored and played: 8 kHz, 16-bit, mono WAV. Takes MP3 and every
 * WAV that `readWav` knows, of any rate and number of channels. The loudness stays as it is.
 *
 * @throws {VoiceRefused} when it is no such recording, or beyond `voiceLimits`
 */
export async function convertVoice(bytes: Uint8Array): Promise<{ wav: Buffer; durationMs: number }> {
  if (bytes.length === 0) throw new VoiceRefused('the file is empty')
  if (bytes.length > voiceLimits.mostBytes) {
    throw new VoiceRefused(`the file has ${bytes.length} bytes; at most ${voiceLimits.mostBytes} are taken`)
  }
  const { samples, rateHz } = looksLikeMp3(bytes) ? await readMp3(bytes) : readMonoWav(bytes)
  if (samples.length === 0) throw new VoiceRefused('there is no sound in the file')
  if (samples.length > rateHz * voiceLimits.mostSeconds) {
    throw new VoiceRefused(`the recording is longer than ${voiceLimits.mostSeconds} seconds`)
  }
  const prompt = resample(samples, rateHz, sampleRateHz)
  return { wav: writeWav(prompt), durationMs: (prompt.length * 1000) / sampleRateHz }
}

function readMonoWav(bytes: Uint8Array): { samples: Int16Array; rateHz: number } {
  try {
    const audio = readWav(bytes)
    return { samples: toMono(audio), rateHz: audio.sampleRateHz }
  } catch (error) {
    if (error instanceof NotWav) throw new VoiceRefused(`neither an MP3 nor a WAV that can be read: ${error.message}`)
    throw error
  }
}
