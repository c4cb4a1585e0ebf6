import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonDecoded, percentDecoded, utf8Decoded } from './decode-text.ts'

describe('what can be decoded', () => {
  it('is what was encoded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(percentDecoded(encodeURIComponent(text))).toBe(text)
        expect(utf8Decoded(Buffer.from(text))).toBe(text)
      }),
    )
  })

  it('is the value of a JSON text, which a byte order mark may begin', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(jsonDecoded(`\uFEFF${text}`)).toEqual(JSON.parse(text))
      }),
    )
  })
})

describe('what cannot be decoded', () => {
  it.each(['%', '%4', '%zz', '%ff', '%e8%af'])('is told from what can: %s', (text) => {
    expect(percentDecoded(text)).toBeUndefined()
  })

  it.each([[[0xff]], [[0xe8, 0xaf]], [[0xc0, 0x80]], [[0xed, 0xa0, 0x80]]])('is told from what can: %j', (bytes) => {
    expect(utf8Decoded(Uint8Array.from(bytes))).toBeUndefined()
  })

  it.each(['', '{', '<html>', '{"a":1}}', 'undefined'])('is told from what can: %j', (text) => {
    expect(jsonDecoded(text)).toBeUndefined()
  })
})
