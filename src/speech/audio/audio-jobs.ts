import { readFile } from 'node:fs/promises'
import { sampleRateHz } from '../../media/codec/g711.ts'
import { readWav, toMono } from '../../media/codec/wav-reader.ts'
import { writeWav } from '../../media/codec/wav-writer.ts'
import { resample } from '../../media/resample.ts'
import { stretch } from '../../media/tempo.ts'
import { joinSamples } from '../../media/tone/join-samples.ts'
import { convertVoice } from '../voice/convert-voice.ts'
import { levelLoudness, trimSilence } from './level-speech.ts'

/** Work on whole recordings: too much arithmetic for the process that answers requests. */
export type AudioJob =
  /** A synthesised phrase as a prompt: cut, levelled, at 8 kHz, with its gap. An empty reply: nothing was audible. */
  | { readonly do: 'finish'; readonly samples: Int16Array; readonly rateHz: number; readonly gapMs: number }
  /** Another tempo of a prompt file, -500 … 500. */
  | { readonly do: 'stretch'; readonly file: string; readonly speed: number }
  /** Several prompt files as one. */
  | { readonly do: 'join'; readonly files: readonly string[] }
  /** A foreign recording as a prompt. @throws {VoiceRefused} */
  | { readonly do: 'convert'; readonly bytes: Uint8Array }

/** Does one job. @returns a WAV file (8 kHz, 16-bit, mono), or no bytes at all */
export async function doAudioJob(job: AudioJob): Promise<Uint8Array> {
  switch (job.do) {
    case 'finish':
      return finishPhrase(job.samples, job.rateHz, job.gapMs)
    case 'stretch':
      return writeWav(stretch(await readPrompt(job.file), job.speed))
    case 'join':
      return writeWav(joinSamples(await Promise.all(job.files.map(readPrompt))))
    case 'convert':
      return (await convertVoice(job.bytes)).wav
  }
}

function finishPhrase(samples: Int16Array, rateHz: number, gapMs: number): Uint8Array {
  const sounding = trimSilence(samples, rateHz)
  if (sounding.length === 0) return new Uint8Array(0)
  const phrase = levelLoudness(resample(sounding, rateHz, sampleRateHz), sampleRateHz)
  return writeWav(joinSamples([phrase, new Int16Array((sampleRateHz * gapMs) / 1000)]))
}

async function readPrompt(file: string): Promise<Int16Array> {
  return toMono(readWav(await readFile(file)))
}
