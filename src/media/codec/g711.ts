import type { AudioCodec } from '../media.ts'

/**
 * ITU-T G.711 at 8,000 samples a second: one byte a sample. Both laws are held as tables (64 KiB to encode, 512 bytes
 * to decode), so that a frame costs one look-up a sample.
 */
export interface G711 {
  readonly codec: AudioCodec
  /** The byte of the quietest positive step: what a silent line carries. */
  readonly silence: number
  /** Writes one byte per sample into `bytes` from `offset` on; the caller provides the room. */
  encodeInto(samples: Int16Array, bytes: Uint8Array, offset: number): void
  /** Writes one sample per byte into `samples` from `offset` on; the caller provides the room. */
  decodeInto(bytes: Uint8Array, samples: Int16Array, offset: number): void
  encode(samples: Int16Array): Uint8Array
  decode(bytes: Uint8Array): Int16Array
}

/** Samples a second of every stream in this folder. */
export const sampleRateHz = 8000

/** A-law, G.711 table 1, even bits inverted. `sample` is 16 bits; the law keeps its upper 13 bits. */
export function encodeAlaw(sample: number): number {
  let magnitude = (sample < 0 ? ~sample : sample) >> 4
  if (magnitude > 15) {
    let segment = 1
    while (magnitude > 31) {
      magnitude >>= 1
      segment++
    }
    magnitude = magnitude - 16 + (segment << 4)
  }
  return (magnitude | (sample < 0 ? 0 : 0x80)) ^ 0x55
}

/** The 16-bit sample in the middle of the A-law step `byte` names. */
export function decodeAlaw(byte: number): number {
  const bits = (byte ^ 0x55) & 0x7f
  const segment = bits >> 4
  const step = segment === 0 ? bits & 0x0f : (bits & 0x0f) + 16
  const magnitude = ((step << 4) + 8) << Math.max(0, segment - 1)
  return (byte & 0x80) === 0 ? -magnitude : magnitude
}

/** Added before the logarithm is taken, so that the segments line up with powers of two (14-bit units). */
const mulawBias = 33
const mulawClip = 0x1fff

/** µ-law, G.711 table 2, all bits inverted. `sample` is 16 bits; the law keeps its upper 14 bits. */
export function encodeMulaw(sample: number): number {
  const magnitude = Math.min(((sample < 0 ? ~sample : sample) >> 2) + mulawBias, mulawClip)
  const segment = 26 - Math.clz32(magnitude)
  const step = (magnitude >> (segment + 1)) & 0x0f
  return ~((segment << 4) | step | (sample < 0 ? 0x80 : 0)) & 0xff
}

/** The 16-bit sample in the middle of the µ-law step `byte` names. */
export function decodeMulaw(byte: number): number {
  const bits = ~byte & 0xff
  const segment = (bits >> 4) & 0x07
  const magnitude = (((((bits & 0x0f) << 1) + mulawBias) << segment) - mulawBias) << 2
  return (bits & 0x80) === 0 ? magnitude : -magnitude
}

function tabulate(
  codec: AudioCodec,
  silence: number,
  encodeSample: (sample: number) => number,
  decodeByte: (byte: number) => number,
): G711 {
  const encoded = new Uint8Array(0x10000)
  for (let sample = -0x8000; sample < 0x8000; sample++) encoded[sample & 0xffff] = encodeSample(sample)
  const decoded = Int16Array.from({ length: 0x100 }, (_, byte) => decodeByte(byte))
  const encodeInto = (samples: Int16Array, bytes: Uint8Array, offset: number): void => {
    for (let i = 0; i < samples.length; i++) bytes[offset + i] = encoded[(samples[i] ?? 0) & 0xffff] ?? silence
  }
  const decodeInto = (bytes: Uint8Array, samples: Int16Array, offset: number): void => {
    for (let i = 0; i < bytes.length; i++) samples[offset + i] = decoded[bytes[i] ?? silence] ?? 0
  }
  return {
    codec,
    silence,
    encodeInto,
    decodeInto,
    encode(samples) {
      const bytes = new Uint8Array(samples.length)
      encodeInto(samples, bytes, 0)
      return bytes
    },
    decode(bytes) {
      const samples = new Int16Array(bytes.length)
      decodeInto(bytes, samples, 0)
      return samples
    },
  }
}

const laws: Readonly<Record<AudioCodec, G711>> = {
  PCMA: tabulate('PCMA', 0xd5, encodeAlaw, decodeAlaw),
  PCMU: tabulate('PCMU', 0xff, encodeMulaw, decodeMulaw),
}

/** The law that an SDP encoding name of RFC 3551 §6 stands for. */
export function g711(codec: AudioCodec): G711 {
  return laws[codec]
}
