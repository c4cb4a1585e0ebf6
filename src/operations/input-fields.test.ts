import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GatewayError } from './gateway-errors.ts'
import * as field from './input-fields.ts'

const read = <T>(one: field.Field<T>, parameters: Record<string, string>) =>
  one.read(new Map(Object.entries(parameters)), 'X')

describe('scalars', () => {
  it.each([
    [field.integer(1, 3), '3', 3],
    [field.integer(-500, 500), '-500', -500],
    [field.integer(), '+7', 7],
    [field.int64(), '11000000300006', 11000000300006],
    [field.decimal(), '-0.25', -0.25],
    [field.boolean(), 'True', true],
    [field.boolean(), 'false', false],
    [field.text({ maxBytes: 15 }), '五个汉字啊', '五个汉字啊'],
    [field.text(), 'a\tb\n', 'a\tb\n'],
    [field.choice('a', 'b'), 'b', 'b'],
  ])('%o reads %s', (one, value, expected) => {
    expect(one.read(new Map([['X', value]]), 'X')).toBe(expected)
  })

  it.each([
    [field.integer(1, 3), ['0', '4', '1.0', 'one', '1e0', '0x1', ' 1', '99999999999']],
    [field.int64(), ['9007199254740993', '1.5', 'x']],
    [field.decimal(), ['NaN', 'Infinity', '1e5', '.5']],
    [field.boolean(), ['1', 'yes']],
    [field.text({ maxBytes: 15 }), ['0123456789abcdef', '六个汉字多了呀', 'a\u0000b', '\ud800']],
    [field.choice('a', 'b'), ['A', 'c']],
  ])('%o refuses what is not in its range', (one, values) => {
    for (const value of values) expect(() => one.read(new Map([['X', value]]), 'X')).toThrow(GatewayError)
  })

  it('are missing when absent or empty, unless they may be left out', () => {
    expect(() => read(field.integer(), {})).toThrow('X is mandatory for this action.')
    expect(() => read(field.integer(), { X: '' })).toThrow('X is mandatory for this action.')
    expect(read(field.optional(field.integer()), { X: '' })).toBeUndefined()
    expect(read(field.withDefault(field.integer(1, 3), 3), {})).toBe(3)
    expect(() => read(field.withDefault(field.integer(1, 3), 3), { X: '4' })).toThrow(GatewayError)
  })

  it('read every integer of their range, and never throw anything but a gateway error', () => {
    fc.assert(fc.property(fc.integer(), (value) => read(field.integer(), { X: String(value) }) === value))
    const any = [field.integer(), field.int64(), field.boolean(), field.decimal(), list]
    fc.assert(
      fc.property(fc.constantFrom<field.Field<unknown>>(...any), fc.string({ unit: 'binary' }), (one, value) => {
        try {
          one.read(new Map([['X', value]]), 'X')
        } catch (error) {
          expect(error).toBeInstanceOf(GatewayError)
        }
      }),
    )
  })
})

const list = field.listOf({ Key: field.text(), Code: field.optional(field.integer()) }, { max: 3 })

describe('lists of structures', () => {
  const expected = [
    { Key: '1', Code: 7 },
    { Key: '*', Code: undefined },
  ]

  it('come numbered from 1, gaps allowed, in any order', () => {
    expect(read(list, { 'X.2.Key': '*', 'X.1.Code': '7', 'X.1.Key': '1' })).toEqual(expected)
    expect(read(list, { 'X.10.Key': '*', 'X.9.Code': '7', 'X.9.Key': '1' })).toEqual(expected)
  })

  it('come as a JSON array too', () => {
    expect(read(list, { X: '[{"Key":"1","Code":7},{"Key":"*"}]' })).toEqual(expected)
  })

  it('say which field of which item is wrong', () => {
    expect(() => read(list, { 'X.1.Code': '1' })).toThrow('X.1.Key is mandatory')
    expect(() => read(list, { X: '[{"Key":"a"},{"Key":"b","Code":"x"}]' })).toThrow('X.2.Code is not valid')
  })

  it.each(['{', '{}', '[1]', '[[]]', '[{"Key":{"a":1}}]', '[{},{},{},{}]', '"x"'])('refuse %s', (json) => {
    expect(() => read(list, { X: json })).toThrow(GatewayError)
  })

  it('are missing when nothing of them is there', () => {
    expect(() => read(list, { 'XY.1.Key': 'a', 'X.0.Key': 'a', 'X.': 'a' })).toThrow('X is mandatory')
    expect(read(field.optional(list), {})).toBeUndefined()
  })
})
