import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { readWav, toMono } from '../../src/media/codec/wav-reader.ts'
import { resample } from '../../src/media/resample.ts'

/** How something is said: a voice of espeak-ng with its variant, its pitch (0 to 99) and tempo (words a minute). */
export interface Manner {
  readonly voice: string
  readonly pitch: number
  readonly tempo: number
}

/** Speaks a text with the espeak-ng program: 8 kHz. */
export async function speak({ voice, pitch, tempo }: Manner, text: string): Promise<Int16Array> {
  const args = ['-b', '1', '-v', voice, '-p', String(pitch), '-s', String(tempo), '--stdout', text]
  const { stdout } = await promisify(execFile)('espeak-ng', args, { encoding: 'buffer', maxBuffer: 40_000_000 })
  const wav = readWav(stdout)
  return resample(toMono(wav), wav.sampleRateHz, 8000)
}
