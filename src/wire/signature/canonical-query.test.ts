import fc from 'fast-check'
import { expect, it } from 'vitest'
import { canonicalQuery, percentEncode, percentEncodeTwice, sortedNames } from './canonical-query.ts'

const text = fc.string({ unit: 'binary' })

it('encodes by the rules of both signature families', () => {
  expect(percentEncode("azAZ09-_.~ *+/='!()%张")).toBe('azAZ09-_.~%20%2A%2B%2F%3D%27%21%28%29%25%E5%BC%A0')
})

it('is undone by decoding, whatever the text', () => {
  fc.assert(
    fc.property(text, (one) => {
      expect(percentEncode(one)).toMatch(/^(?:[A-Za-z0-9\-_.~]|%[0-9A-F]{2})*$/)
      expect(decodeURIComponent(percentEncode(one))).toBe(one)
      expect(percentEncodeTwice(one)).toBe(percentEncode(percentEncode(one)))
    }),
  )
})

it('sorts names ordinally, upper case first, and does not care for the order they came in', () => {
  expect(sortedNames(new Map(['b', 'a', 'B', 'A', 'a.10', 'a.2'].map((name) => [name, ''])))).toEqual([
    'A',
    'B',
    'a',
    'a.10',
    'a.2',
    'b',
  ])
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(text, text), { selector: ([name]) => name }), (pairs) => {
      expect(canonicalQuery(new Map(pairs))).toBe(canonicalQuery(new Map([...pairs].reverse())))
    }),
  )
})
