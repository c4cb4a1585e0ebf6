import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw, g711 } from './g711.ts'

const sample = fc.integer({ min: -32768, max: 32767 })

/** Decision values and outputs of G.711 tables 1a/1b and 2a/2b, scaled to 16 bits (A-law ·16·½, µ-law ·4). */
const alawOutputs: [byte: number, value: number][] = [
  [0xd5, 8],
  [0xd4, 24],
  [0xc5, 264],
  [0xf5, 528],
  [0x80, 5504],
  [0xaa, 32256],
  [0x55, -8],
  [0x2a, -32256],
]
const mulawOutputs: [byte: number, value: number][] = [
  [0xff, 0],
  [0xfe, 8],
  [0xef, 132],
  [0xdf, 396],
  [0x8f, 16764],
  [0x80, 32124],
  [0x7e, -8],
  [0x00, -32124],
]

describe('A-law', () => {
  it.each(alawOutputs)('byte %i stands for %i, both ways', (byte, value) => {
    expect(decodeAlaw(byte)).toBe(value)
    expect(encodeAlaw(value)).toBe(byte)
  })

  it('gives every byte back that it decoded', () => {
    for (let byte = 0; byte < 256; byte++) expect(encodeAlaw(decodeAlaw(byte))).toBe(byte)
  })

  it('stays within half a step of the sample', () => {
    fc.assert(
      fc.property(sample, (value) => {
        const error = Math.abs(decodeAlaw(encodeAlaw(value)) - value)
        expect(error).toBeLessThanOrEqual(Math.max(16, Math.abs(value) / 32 + 1))
      }),
    )
  })
})

describe('µ-law', () => {
  it.each(mulawOutputs)('byte %i stands for %i, both ways', (byte, value) => {
    expect(decodeMulaw(byte)).toBe(value)
    expect(encodeMulaw(value)).toBe(byte)
  })

  it('gives every byte back that it decoded, but for the second zero', () => {
    for (let byte = 0; byte < 256; byte++) expect(encodeMulaw(decodeMulaw(byte))).toBe(byte === 0x7f ? 0xff : byte)
  })

  it('stays within half a step of the sample, up to its clipping point', () => {
    fc.assert(
      fc.property(fc.integer({ min: -32124, max: 32124 }), (value) => {
        const error = Math.abs(decodeMulaw(encodeMulaw(value)) - value)
        expect(error).toBeLessThanOrEqual(Math.max(8, Math.abs(value) / 32 + 8))
      }),
    )
  })
})

describe.each(['PCMA', 'PCMU'] as const)('the tables of %s', (codec) => {
  const law = g711(codec)

  it('agree with the law, and rise with it', () => {
    const all = Int16Array.from({ length: 65536 }, (_, i) => i - 32768)
    const back = law.decode(law.encode(all))
    const encodeSample = codec === 'PCMA' ? encodeAlaw : encodeMulaw
    expect(law.encode(all)).toEqual(Uint8Array.from(all, encodeSample))
    expect(back.every((value, i) => value >= (back[i - 1] ?? -32768))).toBe(true)
  })

  it('name a silence that is nearly nothing', () => {
    expect(Math.abs(law.decode(Uint8Array.of(law.silence))[0] ?? 99)).toBeLessThanOrEqual(8)
  })
})
