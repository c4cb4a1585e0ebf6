import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readPhoneNumber } from '../phone-number.ts'
import { covers, e164Of, fitsPattern, writeNumber } from './number-forms.ts'

describe('forms of a number', () => {
  it.each([
    ['13900000000', '+8613900000000', '13900000000'],
    ['057128880000', '+8657128880000', '057128880000'],
    ['01062345678', '+861062345678', '01062345678'],
    ['85212345678', '+85212345678', '0085212345678'],
    ['12125551234', '+12125551234', '0012125551234'],
    ['95588', '95588', '95588'],
    ['4001234567', '4001234567', '4001234567'],
    ['+8613900000000', '+8613900000000', '008613900000000'],
  ])('%s is %s in E.164 and %s nationally', (digits, e164, national) => {
    expect(e164Of(digits)).toBe(e164)
    expect(writeNumber(digits, 'national', [])).toBe(national)
    expect(writeNumber(digits, 'dialled', [])).toBe(digits)
  })

  it('is written once: the form of a form is the same', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{3,15}$/), (digits) => {
        expect(e164Of(e164Of(digits))).toBe(e164Of(digits))
      }),
    )
  })
})

describe('rewriting', () => {
  it.each([
    [[{ from: '+86', to: '0086' }], '008613900000000'],
    [
      [
        { from: '+861', to: '9861' },
        { from: '+86', to: 'x' },
      ],
      '98613900000000',
    ],
    [[{ from: '+852', to: '' }], '+8613900000000'],
    [[{ from: '', to: '#31#' }], '#31#+8613900000000'],
    [[{ from: '+86', to: '' }], '13900000000'],
    [[], '+8613900000000'],
  ])('the first rule that fits is applied, once: %j', (rules, written) => {
    expect(writeNumber('13900000000', 'e164', rules)).toBe(written)
  })
})

describe('destinations', () => {
  it.each([
    ['*', '85212345678', true],
    ['13', '13900000000', true],
    ['15', '13900000000', false],
    ['0571', '057128880000', true],
    ['+86', '057128880000', true],
    ['+852', '85212345678', true],
    ['+1', '12125551234', true],
    ['95', '95588', true],
  ])('%s and %s: %s', (destination, digits, covered) => {
    expect(covers(destination, digits)).toBe(covered)
  })

  it('without a + they never open the way abroad', () => {
    expect(covers('1', '12125551234')).toBe(false)
    expect(covers('852', '85212345678')).toBe(false)
    expect(covers('', '85212345678')).toBe(false)
  })

  it('a number of North America is none of the mainland, whatever it looks like', () => {
    const digits = readPhoneNumber('+1 305 555 0123')?.digits ?? ''
    expect(writeNumber(digits, 'e164', [])).toBe('+13055550123')
    expect(writeNumber(digits, 'national', [])).toBe('0013055550123')
    expect(covers('13', digits)).toBe(false)
    expect(covers('+1', digits)).toBe(true)
  })

  it('+1 does not open the way to mainland mobiles', () => expect(covers('+1', '13900000000')).toBe(false))
})

it('patterns for shown numbers are a number or its beginning', () => {
  expect(fitsPattern('95588', '95588')).toBe(true)
  expect(fitsPattern('9558', '95588')).toBe(false)
  expect(fitsPattern('0571*', '057128880000')).toBe(true)
  expect(fitsPattern('0571*', '01062345678')).toBe(false)
})
