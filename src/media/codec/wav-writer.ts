import { endianness } from 'node:os'
import { sampleRateHz as phoneRateHz } from './g711.ts'
import { wavHeader } from './wav-format.ts'

/** A whole WAV file: 16-bit mono PCM, 8 kHz unless told. */
export function writeWav(samples: Int16Array, sampleRateHz: number = phoneRateHz): Buffer {
  return Buffer.concat([wavHeader(samples.length * 2, sampleRateHz), pcmBytes(samples)])
}

/** Samples as little-endian bytes, the order of WAV; a copy. */
export function pcmBytes(samples: Int16Array): Buffer {
  if (endianness() === 'LE') return Buffer.from(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength))
  const bytes = Buffer.allocUnsafe(samples.length * 2)
  for (let i = 0; i < samples.length; i++) bytes.writeInt16LE(samples[i] ?? 0, i * 2)
  return bytes
}
