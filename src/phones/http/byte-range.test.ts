import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ByteRange, byteRange } from './byte-range.ts'

describe('byteRange', () => {
  it.each<[string | undefined, ByteRange | undefined]>([
    [undefined, undefined],
    ['bytes=0-0', { from: 0, to: 0 }],
    ['bytes=2-', { from: 2, to: 9 }],
    ['bytes=-3', { from: 7, to: 9 }],
    ['bytes=-30', { from: 0, to: 9 }],
    ['bytes=5-500', { from: 5, to: 9 }],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=5-2', undefined],
    ['bytes=-', undefined],
    ['bytes=0-1,3-4', undefined],
    ['lines=0-1', undefined],
  ])('%s of ten bytes', (header, range) => {
    expect(byteRange(header, 10)).toEqual(range)
  })

  it('never leaves the file', () => {
    const number = fc.oneof(fc.constant(''), fc.nat(), fc.nat(100))
    fc.assert(
      fc.property(number, number, fc.nat(100), (first, last, size) => {
        const range = byteRange(`bytes=${first}-${last}`, size)
        if (range === undefined || range === 'unsatisfiable') return
        expect(range.from).toBeGreaterThanOrEqual(0)
        expect(range.from).toBeLessThanOrEqual(range.to)
        expect(range.to).toBeLessThan(size)
      }),
    )
  })
})
