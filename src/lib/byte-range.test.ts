import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readRange } from './byte-range.ts'

describe('a Range header', () => {
  it.each([
    [undefined, 'whole'],
    ['bytes=0-0', { first: 0, last: 0 }],
    ['bytes=0-', { first: 0, last: 999 }],
    ['bytes=500-599', { first: 500, last: 599 }],
    ['Bytes=990-5000', { first: 990, last: 999 }],
    ['bytes=-1', { first: 999, last: 999 }],
    ['bytes=-5000', { first: 0, last: 999 }],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=1000-', 'unsatisfiable'],
    ['bytes=5000-6000', 'unsatisfiable'],
    ['bytes=600-500', 'whole'],
    ['bytes=-', 'whole'],
    ['bytes=0-1,5-6', 'whole'],
    ['bytes=a-b', 'whole'],
    ['seconds=0-1', 'whole'],
  ])('%s of 1000 bytes', (header, asked) => {
    expect(readRange(header, 1_000)).toEqual(asked)
  })

  it('never leads out of the file, whatever it says', () => {
    const number = fc.oneof(fc.nat(3_000).map(String), fc.constant(''), fc.constant('9'.repeat(400)))
    const header = fc.oneof(
      fc.string(),
      fc.tuple(number, number).map(([from, to]) => `bytes=${from}-${to}`),
    )
    fc.assert(
      fc.property(header, fc.integer({ min: 1, max: 2_000 }), (text, bytes) => {
        const asked = readRange(text, bytes)
        if (typeof asked === 'string') return
        expect(asked.first).toBeGreaterThanOrEqual(0)
        expect(asked.last).toBeGreaterThanOrEqual(asked.first)
        expect(asked.last).toBeLessThan(bytes)
      }),
    )
  })
})
