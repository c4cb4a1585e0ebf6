import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bindingQuestion, readBindingAnswer } from './stun-message.ts'

/** The responses of RFC 5769 §2.2 and §2.3, without what comes after the address. */
const transactionId = Buffer.from('b7e7a701bc34d686fa87dfae', 'hex')
const answer = (attribute: string, type = '0101') => {
  const length = (attribute.length / 2).toString(16).padStart(4, '0')
  return Buffer.from(`${type}${length}2112a442${transactionId.toString('hex')}${attribute}`, 'hex')
}
const software = '8022000b7465737420766563746f7220'
const xoredIPv4 = '002000080001a147e112a643'
const xoredIPv6 = '002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9'

describe('an answer', () => {
  it.each([
    ['of RFC 5769 §2.2 over IPv4', xoredIPv4, { host: '192.0.2.1', port: 32_853 }],
    ['with something before the address', software + xoredIPv4, { host: '192.0.2.1', port: 32_853 }],
    ['of RFC 5769 §2.3 over IPv6', xoredIPv6, { host: '2001:db8:1234:5678:11:2233:4455:6677', port: 32_853 }],
    ['of an old server (RFC 3489)', '00010008000112340a000001', { host: '10.0.0.1', port: 4660 }],
  ])('%s', (_what, attribute, address) => {
    expect(readBindingAnswer(answer(attribute), transactionId)).toEqual({ kind: 'mapped', address })
  })

  it('that refuses tells its code', () => {
    expect(readBindingAnswer(answer('0009000400000401', '0111'), transactionId)).toEqual({ kind: 'refused', code: 401 })
  })

  it('to somebody else, or cut, or without an address, is none', () => {
    const whole = answer(xoredIPv4)
    expect(readBindingAnswer(whole, Buffer.alloc(12))).toBeUndefined()
    expect(readBindingAnswer(answer(software), transactionId)).toBeUndefined()
    for (let length = 0; length < whole.length; length++) {
      expect(readBindingAnswer(whole.subarray(0, length), transactionId)).toBeUndefined()
    }
  })

  it('of arbitrary bytes never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        readBindingAnswer(answer(Buffer.from(bytes).toString('hex')), transactionId)
      }),
    )
  })
})

it('a question has 20 bytes and an id of its own', () => {
  const [one, other] = [bindingQuestion(), bindingQuestion()]
  expect(one.bytes.toString('hex')).toMatch(/^000100002112a442[0-9a-f]{24}$/)
  expect(one.transactionId.equals(other.transactionId)).toBe(false)
})
