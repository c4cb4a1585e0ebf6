import { MPEGDecoder } from 'mpg123-decoder'
import { VoiceRefused, voiceLimits } from './voice-limits.ts'

/** Handed to the decoder at once: a few seconds of sound, so that a small file of hours cannot fill the memory. */
const chunkBytes = 32 * 1024

/** Whether the file begins like an MP3: an ID3v2 tag, or a frame header (sync word, MPEG version, layer II or III). */
export function looksLikeMp3(bytes: Uint8Array): boolean {
  const [first = 0, second = 0, third = 0] = bytes
  if (first === 0x49 && second === 0x44 && third === 0x33) return true
  const hasSync = first === 0xff && (second & 0xe0) === 0xe0
  const version = (second >> 3) & 3
  const layer = (second >> 1) & 3
  return hasSync && version !== 1 && (layer === 1 || layer === 2) && third >> 4 !== 15
}

/**
 * Decodes an MP3 and mixes its channels.
 * @throws {VoiceRefused} when nothing in it decodes, its rate changes on the way, or it is longer than a voice may be
 */
export async function readMp3(bytes: Uint8Array): Promise<{ samples: Int16Array; rateHz: number }> {
  const decoder = new MPEGDecoder()
  await decoder.ready
  try {
    const parts: Int16Array[] = []
    let total = 0
    let rateHz = 0
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      const decoded = decoder.decode(bytes.subarray(at, at + chunkBytes))
      if (decoded.samplesDecoded === 0) continue
      if (rateHz !== 0 && decoded.sampleRate !== rateHz) throw new VoiceRefused('the MP3 changes its sample rate')
      rateHz = decoded.sampleRate
      total += decoded.samplesDecoded
      if (total > rateHz * voiceLimits.mostSeconds) {
        throw new VoiceRefused(`the recording is longer than ${voiceLimits.mostSeconds} seconds`)
      }
      parts.push(mix(decoded.channelData, decoded.samplesDecoded))
    }
    if (total === 0) throw new VoiceRefused('the MP3 holds no sound that can be decoded')
    return { samples: concat(parts, total), rateHz }
  } finally {
    decoder.free()
  }
}

function mix(channels: readonly Float32Array[], length: number): Int16Array {
  const mono = new Int16Array(length)
  for (let i = 0; i < length; i++) {
    let sum = 0
    for (const channel of channels) sum += channel[i] ?? 0
    mono[i] = Math.max(-32768, Math.min(32767, Math.round((sum / channels.length) * 32767)))
  }
  return mono
}

function concat(parts: readonly Int16Array[], length: number): Int16Array {
  const whole = new Int16Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
