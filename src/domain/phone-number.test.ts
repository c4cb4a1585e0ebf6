import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readPhoneNumber, readShowNumber } from './phone-number.ts'

describe('readPhoneNumber', () => {
  it.each([
    ['13900000000', 'mobile', '13900000000'],
    ['+8613900000000', 'mobile', '13900000000'],
    ['0086 139 0000 0000', 'mobile', '13900000000'],
    ['8613900000000', 'mobile', '13900000000'],
    ['139-0000-0000', 'mobile', '13900000000'],
    ['057128880000', 'landline', '057128880000'],
    ['+8657128880000', 'landline', '057128880000'],
    ['+86 10 8888 0000', 'landline', '01088880000'],
    ['02088880000', 'landline', '02088880000'],
    ['0534-4753000', 'landline', '05344753000'],
    ['85200000000', 'international', '85200000000'],
    ['+852 2000 0000', 'international', '85220000000'],
    ['0012125550123', 'international', '+12125550123'],
    ['+13055550123', 'international', '+13055550123'],
    ['+4001234567', 'international', '+4001234567'],
    ['447700900123', 'international', '447700900123'],
  ])('%s is a %s number, dialled %s', (text, kind, digits) => {
    expect(readPhoneNumber(text)).toEqual({ kind, digits })
  })

  it.each([
    ['', 'empty'],
    ['12345', 'too short'],
    ['12345678901', 'eleven digits beginning with 1, no mobile and no prefix'],
    ['1390000000', 'one digit missing'],
    ['139000000001', 'one digit too many'],
    ['+86139000000', 'mobile with a digit missing'],
    ['4001234567', 'service number'],
    ['01012345678', 'local numbers do not begin with 1'],
    ['999000000000', 'country code that nobody has'],
    ['139 0000 000x', 'letter'],
    ['13900000000,13900000001', 'two numbers'],
    ['１３９００００００００', 'full-width digits'],
    ['+1234567890123456', 'over fifteen digits'],
  ])('%s is refused: %s', (text) => {
    expect(readPhoneNumber(text)).toBeUndefined()
  })

  it('reads what it wrote, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^(\+|00)?\d{5,16}$/)), (text) => {
        const number = readPhoneNumber(text)
        if (number === undefined) return
        expect(readPhoneNumber(number.digits)).toEqual(number)
      }),
    )
  })
})

describe('readShowNumber', () => {
  it('brings a number into the form it is stored in', () => {
    expect(readShowNumber('+86 571 2888 0000')).toBe('057128880000')
    expect(readShowNumber('95 187')).toBe('95187')
    expect(readShowNumber('400-123-4567')).toBe('4001234567')
  })
})
