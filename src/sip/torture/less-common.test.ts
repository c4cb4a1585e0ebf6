import { describe, expect, test } from 'vitest'
import { parseAddress } from '../message/address.ts'
import { parseMessage } from '../message/parse-message.ts'
import { parseUri } from '../message/uri.ts'
import { StreamFramer } from '../transport/stream-framer.ts'
import { verdictOn } from './verdict.ts'

/** A sound INVITE with some lines in the place of others; `undefined` leaves one out. */
function invite(changes: Record<string, string | undefined> = {}, body = ''): Buffer {
  const { uri = 'sip:110@192.0.2.1', ...lines } = changes
  const headers = {
    Via: 'SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1',
    From: '<sip:a@192.0.2.9>;tag=1',
    To: '<sip:110@192.0.2.1>',
    'Call-ID': 'one',
    CSeq: '1 INVITE',
    Contact: '<sip:a@192.0.2.9>',
    'Max-Forwards': '70',
    ...lines,
  }
  const text = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]))
  return Buffer.from([`INVITE ${uri} SIP/2.0`, ...text, '', body].join('\r\n'))
}

const refused: [what: string, bytes: Buffer, reason: string][] = [
  ['no CSeq', invite({ CSeq: undefined }), 'Bad CSeq Header'],
  ['a CSeq without a number', invite({ CSeq: 'INVITE' }), 'Bad CSeq Header'],
  ['a negative CSeq', invite({ CSeq: '-1 INVITE' }), 'Bad CSeq Header'],
  ['a CSeq of 2^31', invite({ CSeq: '2147483648 INVITE' }), 'Bad CSeq Header'],
  ['an empty CSeq', invite({ CSeq: '' }), 'Bad CSeq Header'],
  ['a negative Max-Forwards', invite({ 'Max-Forwards': '-1' }), 'Bad Max-Forwards Header'],
  ['a Max-Forwards of 256', invite({ 'Max-Forwards': '256' }), 'Bad Max-Forwards Header'],
  ['an empty Max-Forwards', invite({ 'Max-Forwards': '' }), 'Bad Max-Forwards Header'],
  ['a signed Content-Length', invite({ 'Content-Length': '+0' }), 'Bad Content-Length'],
  ['an empty Content-Length', invite({ 'Content-Length': '' }), 'Bad Content-Length'],
  ['a Content-Length in hex', invite({ 'Content-Length': '0x0' }), 'Bad Content-Length'],
  ['a Content-Length beyond all bounds', invite({ l: '99999999999' }), 'Bad Content-Length'],
  ['a body too short', invite({ l: '5' }, 'v=0'), 'Body Shorter Than Content-Length'],
  ['no Via', invite({ Via: undefined }), 'Bad Via Header'],
  ['a Via without host', invite({ Via: 'SIP/2.0/UDP ;branch=z9hG4bK1' }), 'Bad Via Header'],
  ['a Via of another version', invite({ Via: 'SIP/3.0/UDP 192.0.2.9;branch=z9hG4bK1' }), 'Bad Via Header'],
  ['a Via port of 65536', invite({ Via: 'SIP/2.0/UDP 192.0.2.9:65536;branch=z9hG4bK1' }), 'Bad Via Header'],
  ['a Call-ID of two words', invite({ 'Call-ID': 'one two' }), 'Bad Call-ID Header'],
  ['a quote in From that never ends', invite({ From: '"Bell <sip:a@192.0.2.9>;tag=1' }), 'Bad From Header'],
  ['a quote in a parameter that never ends', invite({ To: '<sip:a@192.0.2.9>;x="y;tag=1' }), 'Bad To Header'],
  ['a quote in Contact that never ends', invite({ Contact: '"Bell <sip:a@192.0.2.9>' }), 'Bad Contact Header'],
  ['an escaped quote at the end', invite({ From: '"Bell\\" <sip:a@192.0.2.9>;tag=1' }), 'Bad From Header'],
  ['a Contact with headers and no brackets', invite({ Contact: 'sip:a@b?Route=x' }), 'Bad Contact Header'],
  ['a Contact without scheme', invite({ Contact: '<a@192.0.2.9>' }), 'Bad Contact Header'],
  ['brackets round the Request-URI', invite({ uri: '<sip:110@192.0.2.1>' }), 'Bad Request-URI'],
]

describe('what is malformed in a less common way', () => {
  test.each(refused)('%s', (_, bytes, reason) => {
    expect(verdictOn(bytes)).toEqual({ malformed: reason })
  })
})

const sound: [what: string, bytes: Buffer][] = [
  ['the greatest CSeq, with leading zeros', invite({ CSeq: '0002147483647 INVITE' })],
  ['no Max-Forwards, as before RFC 3261', invite({ 'Max-Forwards': undefined })],
  ['Max-Forwards spent', invite({ 'Max-Forwards': '0' })],
  ['a Via with spaces everywhere', invite({ Via: 'SIP / 2.0 / UDP   192.0.2.9 : 5060 ; branch = z9hG4bK1' })],
  [
    'a Via in its short form, and two in a line',
    invite({ Via: undefined, v: 'SIP/2.0/UDP a;branch=z9hG4bK1, SIP/2.0/TCP b' }),
  ],
  [
    'a Via of a transport nobody knows',
    invite({ Via: 'SIP/2.0/PIGEON 192.0.2.9;branch=z9hG4bK1;ttl=3;maddr=192.0.2.7' }),
  ],
  ['a Date in another zone', invite({ Date: 'Fri, 01 Jan 2010 16:00:00 EST' })],
  ['a Date that is none', invite({ Date: 'soon' })],
  ['an Expires beyond all bounds', invite({ Expires: '1'.repeat(100) })],
  ['a Retry-After below nothing', invite({ 'Retry-After': '-5' })],
  ['a Contact without brackets, whose parameters are the header’s', invite({ Contact: 'sip:a@192.0.2.9;expires=5' })],
  ['a quoted comma and a quoted bracket', invite({ From: '"Bell, <Alexander>" <sip:a@192.0.2.9>;tag=1' })],
  ['a Request-URI of an unknown scheme', invite({ uri: 'nobodyKnowsThisScheme:totallyopaquecontent' })],
  ['more bytes than announced', invite({ l: '3' }, 'v=0 and more')],
]

describe('what is unusual and sound', () => {
  test.each(sound)('%s', (_, bytes) => {
    expect(verdictOn(bytes)).toBe('sound')
  })

  test.each([
    ['none', 'SIP/2.0 200 ', ''],
    ['none, without its space', 'SIP/2.0 200', ''],
    ['in any script', 'SIP/2.0 180 振铃 = 2**3', '振铃 = 2**3'],
    ['with a colon and a version', 'SIP/2.0 404 Via: SIP/2.0', 'Via: SIP/2.0'],
  ])('a Reason phrase: %s', (_, line, reason) => {
    const parsed = parseMessage(Buffer.from(`${line}\r\nCSeq: 1 INVITE\r\n\r\n`))
    expect(parsed).toMatchObject({ kind: 'message', message: { kind: 'response', reason } })
  })

  test.each(['SIP/2.0 0200 OK', 'SIP/2.0 99 Low', 'SIP/2.0 700 High', 'SIP/2.0 4294967301 Big', 'SIP/2.0 -200 OK'])(
    'a status that is none: %s',
    (line) => {
      expect(verdictOn(Buffer.from(`${line}\r\n\r\n`))).toBe('garbage')
    },
  )
})

test('escaped NULs are characters of the user part, and not undone twice', () => {
  expect(parseUri('sip:null-%00-null@example.com')?.user).toBe('null-\0-null')
  expect(parseUri('sip:%2500@example.com')?.user).toBe('%00')
})

test('parameters behind an address without brackets belong to the header', () => {
  expect(parseAddress('sip:a@192.0.2.9;lr;expires=5')).toEqual({
    uri: 'sip:a@192.0.2.9',
    params: new Map([
      ['lr', ''],
      ['expires', '5'],
    ]),
  })
})

describe('a Content-Length that does not fit', () => {
  const message = invite({ 'Content-Length': '5' }, 'v=0')

  test('ends a datagram early: refused', () => {
    expect(verdictOn(message)).toEqual({ malformed: 'Body Shorter Than Content-Length' })
  })

  test('makes a stream wait for the rest', () => {
    const framer = new StreamFramer()
    expect(framer.push(message).messages).toEqual([])
    const [whole] = framer.push(Buffer.from('\r\n')).messages
    expect(whole === undefined ? undefined : verdictOn(whole)).toBe('sound')
  })

  test('below nothing breaks a stream for good', () => {
    expect(() => new StreamFramer().push(invite({ 'Content-Length': '-1' }))).toThrow('Content-Length is no number')
  })
})
