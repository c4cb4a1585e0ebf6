import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { callIdOf, phoneNumber } from './phone-number.ts'

describe('phoneNumber', () => {
  it.each([
    ['13900000000', '13900000000'],
    ['+8613900000000', '8613900000000'],
    ['1', '1'],
    ['', undefined],
    ['+', undefined],
    ['alice', undefined],
    ['139 0000', undefined],
    ['139\n', undefined],
    ['1'.repeat(33), undefined],
  ])('%j is %s', (text, number) => {
    expect(phoneNumber(text)).toBe(number)
  })

  it('is digits or nothing', () => {
    fc.assert(fc.property(fc.string(), (text) => /^\d{1,32}$/.test(phoneNumber(text) ?? '0')))
  })
})

describe('callIdOf', () => {
  it.each([
    ['111111111111.222222222222-1a2b@127.0.0.1', '111111111111^222222222222'],
    ['111111111111.222222222222', '111111111111^222222222222'],
    ['111111111111.2222222222223-x', undefined],
    ['x111111111111.222222222222', undefined],
    ['6a0f-11@127.0.0.1', undefined],
  ])('%s carries %s', (sipCallId, callId) => {
    expect(callIdOf(sipCallId)).toBe(callId)
  })
})
