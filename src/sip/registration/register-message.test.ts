import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Headers } from '../message/headers.ts'
import type { SipResponse } from '../message/message.ts'
import { grantedSeconds, numberIn, registerIdentity, writeRegister } from './register-message.ts'

const contact = {
  scheme: 'sip' as const,
  user: '100',
  host: '192.0.2.1',
  port: 5060,
  params: new Map<string, string>(),
}

const answerWith = (...headers: [string, string][]): SipResponse => ({
  kind: 'response',
  status: 200,
  reason: 'OK',
  headers: Headers.of(headers),
  body: '',
})

describe('what a registrar grants', () => {
  test.each([
    ['nothing said', [], 3600],
    ['a header for all', [['Expires', '120']], 120],
    [
      'a contact without a time of its own',
      [
        ['Contact', '<sip:100@192.0.2.1:5060>'],
        ['Expires', '90'],
      ],
      90,
    ],
    [
      'a contact with one',
      [
        ['Contact', '<sip:100@192.0.2.1:5060>;expires=60'],
        ['Expires', '90'],
      ],
      60,
    ],
    ['a rewritten contact beside others', [['Contact', '<sip:100@10.0.0.1>;expires=300, <sip:x@y>;expires=200']], 200],
    [
      'times that are none',
      [
        ['Contact', '<sip:100@192.0.2.1:5060>;expires=soon'],
        ['Expires', 'later'],
      ],
      3600,
    ],
    [
      'contacts that are none',
      [
        ['Contact', '*'],
        ['Contact', '<tel:110>;expires=9'],
      ],
      3600,
    ],
  ] as [string, [string, string][], number][])('%s', (_, headers, seconds) => {
    expect(grantedSeconds(answerWith(...headers), contact, 3600)).toBe(seconds)
  })

  test('is a number of seconds, whatever the answer holds', () => {
    const value = fc.string({ unit: fc.constantFrom(...'<>sip:@;=,"expires0129 \\*') })
    fc.assert(
      fc.property(value, value, (one, other) => {
        const seconds = grantedSeconds(answerWith(['Contact', one], ['Expires', other]), contact, 3600)
        expect(Number.isSafeInteger(seconds) && seconds >= 0).toBe(true)
      }),
    )
  })
})

test('numbers are read up to what follows them, and only whole ones of nine digits', () => {
  expect([' 18000;duration=3600', '120 (maintenance)', '-5', '1234567890', ''].map(numberIn)).toEqual([
    18000,
    120,
    undefined,
    undefined,
    undefined,
  ])
})

test('what an operator gives never breaks out of a header', () => {
  const target = { host: '192.0.2.9', port: 5060, transport: 'udp' as const }
  const request = { targets: async () => [target], user: 'a"\r\nEvil: 1\r\n<b>@c;d', domain: 'carrier.example' }
  const message = writeRegister(request, registerIdentity('here'), {
    target,
    contact,
    expiresSeconds: 60,
    product: 'P',
  })
  expect(message.headers.first('to')).toBe('<sip:a%22%0D%0AEvil%3A%201%0D%0A%3Cb%3E%40c;d@carrier.example>')
  expect(message.headers.toString()).not.toMatch(/^Evil/m)
})
