import { describe, expect, it } from 'vitest'
import { decodeAlaw, decodeMulaw } from './g711.ts'
import { transcode } from './transcode.ts'

const everyByte = () => Uint8Array.from({ length: 0x100 }, (_, byte) => byte)

describe('one law turned into the other', () => {
  it('is heard as the same, to within one step of the coarser law', () => {
    for (const [from, to, decodeFrom, decodeTo] of [
      ['PCMA', 'PCMU', decodeAlaw, decodeMulaw],
      ['PCMU', 'PCMA', decodeMulaw, decodeAlaw],
    ] as const) {
      const bytes = everyByte()
      transcode(bytes, from, to)
      bytes.forEach((byte, original) => {
        const before = decodeFrom(original)
        // A law's steps are a sixteenth to a thirty-second of the sample, and 16 near silence.
        expect(Math.abs(decodeTo(byte) - before)).toBeLessThanOrEqual(Math.abs(before) / 24 + 16)
      })
    }
  })

  it('leaves the same law untouched', () => {
    const bytes = everyByte()
    transcode(bytes, 'PCMA', 'PCMA')
    expect(bytes).toEqual(everyByte())
  })
})
