import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAmountE4, writeAmountE4 } from './money.ts'

describe('money', () => {
  it.each([
    ['12', 120_000],
    ['12.5', 125_000],
    ['0.1150', 1150],
    ['0.0001', 1],
    ['0', 0],
    ['100000000000', 1_000_000_000_000_000],
  ])('reads %s', (text, amountE4) => {
    expect(readAmountE4(text)).toBe(amountE4)
  })

  it.each(['', '-1', '+1', '1.', '.5', '1.00001', '1e3', '1,000', '0x10', ' 1', '１', '100000000001'])(
    'does not read "%s"',
    (text) => {
      expect(readAmountE4(text)).toBeUndefined()
    },
  )

  it.each([
    [0, '0.00'],
    [1, '0.0001'],
    [1150, '0.115'],
    [125_000, '12.50'],
    [-1150, '-0.115'],
  ])('writes %i as %s', (amountE4, text) => {
    expect(writeAmountE4(amountE4)).toBe(text)
  })

  it('reads what it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000_000_000 }), (amountE4) => {
        expect(readAmountE4(writeAmountE4(amountE4))).toBe(amountE4)
      }),
    )
  })
})
