import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Windows } from './windows.ts'

describe('windows of a stream', () => {
  it('are the same however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 16 }),
        fc.integer({ min: 1, max: 16 }),
        (lengths, size, wantedHop) => {
          const hop = Math.min(size, wantedHop)
          const total = lengths.reduce((sum, length) => sum + length, 0)
          const stream = Int16Array.from({ length: total }, (_, i) => i)
          const heard: number[][] = []
          const windows = new Windows(size, hop, (window) => heard.push([...window]))
          let at = 0
          for (const length of lengths) {
            windows.push(stream.subarray(at, at + length))
            at += length
          }
          const expected: number[][] = []
          for (let start = 0; start + size <= total; start += hop)
            expected.push([...stream.subarray(start, start + size)])
          expect(heard).toEqual(expected)
        },
      ),
    )
  })
})
