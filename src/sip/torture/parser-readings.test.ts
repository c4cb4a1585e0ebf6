import { describe, expect, test } from 'vitest'
import { parseAddress } from '../message/address.ts'
import { type Envelope, readEnvelope } from '../message/envelope.ts'
import type { SipMessage } from '../message/message.ts'
import { parseMessage } from '../message/parse-message.ts'
import { responseTo } from '../message/response-to.ts'
import { splitOutside } from '../message/token.ts'
import { parseUri } from '../message/uri.ts'
import { parseVia } from '../message/via.ts'
import { readAudio } from '../sdp/audio.ts'
import { tortureBytes } from './torture-message.ts'

/** A message of the corpus, read. */
function read(name: string, rfc = 'rfc4475'): SipMessage {
  const parsed = parseMessage(tortureBytes(rfc, name))
  if (parsed.kind !== 'message') throw new Error(parsed.kind)
  return parsed.message
}

function request(name: string, rfc?: string) {
  const message = read(name, rfc)
  if (message.kind !== 'request') throw new Error(`${name} is no request`)
  return message
}

function envelopeOf(message: SipMessage): Envelope {
  const read = readEnvelope(message)
  if (read.problem !== undefined) throw new Error(read.problem.reason)
  return read.envelope
}

const addressOf = (name: string, header: string) => parseAddress(read(name).headers.first(header) ?? '')
const vias = (message: SipMessage) =>
  message.headers.all('via').flatMap((line) => splitOutside(line, ',').map((value) => parseVia(value)))

describe('what is read in', () => {
  test('wsinv: folding, spaces and leading zeros', () => {
    const message = read('wsinv')
    expect(envelopeOf(message)).toMatchObject({
      callId: 'wsinv.ndaksdj@192.0.2.1',
      fromTag: '98asjd8',
      toTag: '1918181833n',
      cseq: { number: 9, method: 'INVITE' },
    })
    expect(addressOf('wsinv', 'from')?.displayName).toBe('J Rosenberg \\"')
    expect(vias(message)).toMatchObject([
      { transport: 'UDP', host: '192.0.2.2' },
      { transport: 'TCP', host: 'spindle.example.com' },
      { transport: 'UDP', host: '192.168.255.111' },
    ])
    expect(vias(message).map((via) => via?.params.get('branch'))).toEqual(['390skdjuw', 'z9hG4bK9ikj8', 'z9hG4bK30239'])
    expect(message.headers.first('newfangledheader')).toBe('newfangled value continued newfangled value')
    expect(message.headers.first('unknownheaderwithunusualvalue')).toBe(';;,,;;,;')
    expect(message.headers.first('subject')).toBe('')
    expect(addressOf('wsinv', 'contact')?.displayName).toBe('Quoted string ""')
    expect(addressOf('wsinv', 'contact')?.params.get('q')).toBe('0.33')
    expect(message.body).toHaveLength(150)
  })

  test('intmeth: every character that is allowed, a quoted NUL among them, and repeated in the answer', () => {
    const message = request('intmeth')
    expect(message.method).toBe("!interesting-Method0123456789_*+`.%indeed'~")
    expect(parseUri(message.uri)).toMatchObject({
      user: "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*",
      host: 'example.com',
    })
    expect(addressOf('intmeth', 'to')?.displayName).toBe('BEL:\x07 NUL:\0 DEL:\x7f')
    expect(addressOf('intmeth', 'from')?.displayName).toBe("token1~` token2'+_ token3*%!.-")
    expect(addressOf('intmeth', 'from')?.params.get("fromparam''~+*_!.-%")).toBe('"работающий"')
    expect(message.headers.first("extensionheader-!.%*+_`'~")).toBe('\ufeff大停電')
    const answer = responseTo(message, 501, { toTag: 't' })
    expect(answer.headers.first('to')).toBe(`${message.headers.first('to')};tag=t`)
    expect(answer.headers.first('call-id')).toBe('intmeth.word%ZK-!.*_+\'@word`~)(><:\\/"][?}{')
  })

  test('esc01: escapes are undone once, in parameters too', () => {
    expect(parseUri(request('esc01').uri)).toMatchObject({ user: 'sips:user@example.com', host: 'example.net' })
    expect(parseUri(addressOf('esc01', 'to')?.uri ?? '')?.user).toBe('user')
    expect(parseUri(addressOf('esc01', 'from')?.uri ?? '')?.user).toBe('I have spaces')
    const contact = parseUri(addressOf('esc01', 'contact')?.uri ?? '')
    expect(contact?.user).toBe('caller')
    expect(contact?.params).toEqual(
      new Map([
        ['lr', ''],
        ['name', 'value%41'],
      ]),
    )
  })

  test('escnull: a NUL is a character like any other', () => {
    const users = read('escnull')
      .headers.all('contact')
      .map((value) => parseUri(parseAddress(value)?.uri ?? '')?.user)
    expect(users).toEqual(['\0', '\0\0'])
  })

  test('esc02: no escapes in methods, header names and quoted strings', () => {
    const message = request('esc02')
    expect(message.method).toBe('RE%47IST%45R')
    expect(addressOf('esc02', 'to')?.displayName).toBe('%Z%45')
    expect(message.headers.count('contact')).toBe(2)
    expect(message.headers.first('c%6fntact')).toBe('<sip:alias2@host2.example.com>')
  })

  test('longreq: nothing is cut', () => {
    const message = read('longreq')
    expect(vias(message)).toHaveLength(34)
    expect(vias(message).at(-1)?.params.get('branch')).toBe(`very${'long'.repeat(50)}branchvalue`)
    expect(envelopeOf(message).fromTag).toBe(`12${'982'.repeat(50)}424`)
  })

  test('dblreq: the second request is no part of the first', () => {
    expect(request('dblreq')).toMatchObject({ method: 'REGISTER', body: '' })
  })

  test('semiuri: a user part may look like parameters', () => {
    expect(parseUri(request('semiuri').uri)).toMatchObject({ user: 'user;par=u@example.net', host: 'example.com' })
  })

  test('transports: known and unknown ones', () => {
    expect(vias(read('transports')).map((via) => via?.transport)).toEqual(['UDP', 'SCTP', 'TLS', 'UNKNOWN', 'TCP'])
  })

  test('unreason and noreason: any phrase, or none', () => {
    expect(read('unreason')).toMatchObject({
      status: 200,
      reason: '= 2**3 * 5**2 но сто девяносто девять - простое',
    })
    expect(read('noreason')).toMatchObject({ status: 100, reason: '' })
  })
})

describe('what is read of IPv6 in', () => {
  test.each([
    ['ipv6-good', '2001:db8::10', undefined],
    ['port-ambiguous', '2001:db8::10:5070', undefined],
    ['port-unambiguous', '2001:db8::10', 5070],
    ['ipv6-bug-abnf-3-colons', '2001:db8::192.0.2.1', undefined],
    ['ipv6-correct-abnf-2-colons', '2001:db8::192.0.2.1', undefined],
  ])('%s', (name, host, port) => {
    expect(parseUri(request(name, 'rfc5118').uri)).toMatchObject({ host, ...(port !== undefined && { port }) })
  })

  test('Via headers of every kind', () => {
    expect(vias(read('mult-ip-in-header', 'rfc5118'))).toMatchObject([
      { transport: 'UDP', host: '2001:db8::9:1', port: 6050 },
      { transport: 'UDP', host: '192.0.2.1' },
      { transport: 'TCP', host: '2001:db8::9:255' },
    ])
    expect(vias(read('ipv4-mapped-ipv6', 'rfc5118'))).toMatchObject([
      { host: '::ffff:192.0.2.10', port: 19823 },
      { host: '::ffff:192.0.2.2' },
    ])
    expect(vias(read('via-received-param-with-delim', 'rfc5118'))[0]?.params.get('received')).toBe('[2001:db8::9:255]')
    expect(vias(read('via-received-param-no-delim', 'rfc5118'))[0]?.params.get('received')).toBe('2001:db8::9:255')
  })

  test('session descriptions: the audio line has its own address', () => {
    expect(readAudio(read('mult-ip-in-sdp', 'rfc5118').body)).toMatchObject({ host: '192.0.2.1', port: 22334 })
  })
})
