import fc from 'fast-check'
import { expect, it } from 'vitest'
import { GatewayError } from '../../operations/gateway-errors.ts'
import { canonicalQuery } from '../signature/canonical-query.ts'
import { queryText, readParameters } from './read-parameters.ts'

const read = (query: string, form = '') => Object.fromEntries(readParameters(query, form, 'plus'))

it('reads names and values of query and form, empty ones too', () => {
  expect(read('a=1&b=&c&&d=x=y', 'e=%E5%BC%A0+%2B')).toEqual({ a: '1', b: '', c: '', d: 'x=y', e: '张 +' })
})

it('takes + in the query as it is told, and in a form as a space', () => {
  expect(read('a=x+y', 'b=x+y')).toEqual({ a: 'x+y', b: 'x y' })
  expect(Object.fromEntries(readParameters('a=x+y', '', 'space'))).toEqual({ a: 'x y' })
})

it('takes bytes above 0x7F in the query as UTF-8', () => {
  const bytes = Buffer.from('TtsParam=张三').toString('latin1')
  expect(read(queryText(bytes))).toEqual({ TtsParam: '张三' })
  expect(() => queryText('a=\xff')).toThrow(GatewayError)
})

it('reads back whatever was encoded', () => {
  const text = fc.string({ unit: 'binary' })
  fc.assert(
    fc.property(fc.dictionary(text, text), (parameters) => {
      const encoded = canonicalQuery(new Map(Object.entries(parameters)))
      expect(readParameters(encoded, '', 'plus')).toEqual(new Map(Object.entries(parameters)))
      expect(readParameters('', encoded, 'plus')).toEqual(new Map(Object.entries(parameters)))
    }),
  )
})

it('reads any text or refuses it with a gateway error', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (query, form) => {
      try {
        readParameters(query, form, 'plus')
      } catch (error) {
        expect(error).toBeInstanceOf(GatewayError)
      }
    }),
  )
})
