import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatHandle, newLease, parseHandle } from './receipt-handle.ts'

describe('receipt handles', () => {
  it('are read back as they were written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e14 }), fc.integer({ min: 1, max: 1e8 }), (messageId, dequeueCount) => {
        const handle = { messageId, dequeueCount, lease: newLease() }
        expect(parseHandle(formatHandle(handle))).toEqual(handle)
      }),
    )
  })

  it('have the shape that clients know', () => {
    expect(formatHandle({ messageId: 1, dequeueCount: 2, lease: '0123456789abcdef' })).toMatch(/^1-[A-Za-z0-9+/]+=*$/)
  })

  it('are not made of any other text', () => {
    for (const text of ['', '1-', 'x', '1-ODU4OTkzNDU5My0xNDM1MTk3NjAwLTItNg==', '2-MS0yLTAxMjM0NTY3ODlhYmNkZWY=']) {
      expect(parseHandle(text)).toBeUndefined()
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseHandle(`1-${text}`)).toBeUndefined()
      }),
    )
  })
})
