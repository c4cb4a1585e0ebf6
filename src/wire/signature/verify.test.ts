import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { v1StringToSign } from './string-to-sign.ts'
import { type V1Request, v1Signature, verifyV1 } from './verify.ts'

const secret = 'testSecret'

/** A request over `received`, signed by a client over `signed`. */
function request(received: Record<string, string>, signed: Record<string, string>): V1Request {
  const parameters = new Map(Object.entries(received))
  return {
    method: 'GET',
    signatureMethod: 'HMAC-SHA1',
    signature: v1Signature('HMAC-SHA1', secret, v1StringToSign('GET', new Map(Object.entries(signed)))),
    parameters,
    withPlusAsSpace: () => new Map([...parameters].map(([name, value]) => [name, value.replaceAll('+', ' ')])),
  }
}

describe('verifyV1 is as tolerant as known clients need, and uses what was signed', () => {
  it.each([
    ['as it is', { a: 'x+y', b: '' }, { a: 'x+y', b: '' }],
    ['+ in the query meant a space', { a: 'x+y', b: '' }, { a: 'x y', b: '' }],
    ['empty values were not signed', { a: 'x+y', b: '' }, { a: 'x+y' }],
    ['both', { a: 'x+y', b: '' }, { a: 'x y' }],
  ])('%s', (_, received, signed) => {
    const verdict = verifyV1(request(received, signed), secret)
    expect(verdict.matches && Object.fromEntries(verdict.parameters)).toEqual(signed)
  })

  it('shows the strict string to sign when nothing matches', () => {
    const verdict = verifyV1(request({ a: 'x+y', b: '' }, { a: 'other' }), secret)
    expect(verdict).toEqual({ matches: false, stringToSign: 'GET&%2F&a%3Dx%252By%26b%3D' })
  })
})

it('matches what was signed and nothing that was changed afterwards', () => {
  const parameters = fc.dictionary(
    fc.string({ unit: 'binary', minLength: 1 }).filter((one) => one !== 'Signature'),
    fc.string({ unit: 'binary' }),
  )
  const name = fc.string({ minLength: 1 })
  fc.assert(
    fc.property(parameters, name, fc.string({ minLength: 1 }), (signed, extra, value) => {
      const original = { ...request(signed, signed), withPlusAsSpace: undefined }
      expect(verifyV1(original, secret).matches).toBe(true)
      expect(verifyV1(original, 'another').matches).toBe(false)
      if (signed[extra] === value || extra === 'Signature') return
      const changed = new Map(Object.entries(signed)).set(extra, value)
      expect(verifyV1({ ...original, parameters: changed }, secret).matches).toBe(false)
    }),
  )
})
