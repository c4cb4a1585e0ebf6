import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readEnvelope } from './envelope.ts'
import { longName } from './header-names.ts'
import { Headers, IllegalHeader } from './headers.ts'
import type { SipMessage } from './message.ts'
import { parseMessage } from './parse-message.ts'
import { serializeMessage } from './serialize-message.ts'

/** Parses lines that are joined with CRLF. */
function parse(...lines: string[]) {
  return parseMessage(Buffer.from(lines.join('\r\n')))
}

/** The message, when it is one. */
function messageOf(parsed: ReturnType<typeof parseMessage>): SipMessage {
  if (parsed.kind !== 'message') throw new Error(`not a message: ${parsed.kind}`)
  return parsed.message
}

const tokenText = fc.stringMatching(/^[A-Za-z0-9\-.!%*_+`'~]{1,12}$/)
const headerName = tokenText.map(longName).filter((name) => name !== 'content-length')
const headerValue = fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.replace(/[\r\n\0]/g, '').trim())
const headers = fc.array(fc.tuple(headerName, headerValue), { maxLength: 20 })
const body = fc.string({ unit: 'grapheme', maxLength: 200 })
const anyMessage = fc.oneof(
  fc.record({
    kind: fc.constant('request' as const),
    method: tokenText,
    uri: fc.stringMatching(/^[!#-;=?-~]{1,40}$/),
    headers,
    body,
  }),
  fc.record({
    kind: fc.constant('response' as const),
    status: fc.integer({ min: 100, max: 699 }),
    reason: fc.stringMatching(/^([!-~]([ -~]{0,20}[!-~])?)?$/),
    headers,
    body,
  }),
)

describe('parse and serialize', () => {
  test('parse(serialize(x)) is x', () => {
    fc.assert(
      fc.property(anyMessage, (drawn) => {
        const message = { ...drawn, headers: Headers.of(drawn.headers) }
        const parsed = messageOf(parseMessage(serializeMessage(message)))
        parsed.headers.remove('content-length')
        expect({ ...parsed, headers: parsed.headers.entries() }).toEqual(drawn)
      }),
      { numRuns: 500 },
    )
  })

  test('no bytes at all are fatal', () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.string().map((text) => Buffer.from(`INVITE sip:a@b SIP/2.0\r\n${text}`)),
    )
    fc.assert(
      fc.property(noise, (bytes) => {
        const parsed = parseMessage(Buffer.from(bytes))
        if (parsed.kind === 'message') readEnvelope(parsed.message)
      }),
      { numRuns: 500 },
    )
  })

  test('reads compact forms, any case, folded lines and lists', () => {
    const { headers } = messageOf(
      parse(
        'INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0',
        'TO :',
        ' sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n',
        'f: "J Rosenberg \\\\\\""       <sip:jdrosen@example.com>',
        '  ;',
        '  tag = 98asjd8',
        'CALL-id: wsinv.ndaksdj@192.0.2.1',
        'CSeq: 0009',
        '  INVITE',
        'v:  SIP  / 2.0  / TCP     spindle.example.com   ;',
        '  branch  =   z9hG4bK9ikj8  ,',
        ' SIP  /    2.0   / UDP  192.168.255.111   ; branch= z9hG4bK30239',
        'X-Some-Thing: a',
        'l: 0',
        '',
        '',
      ),
    )
    expect(headers.first('to')).toBe('sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n')
    expect(headers.first('cseq')).toBe('0009 INVITE')
    expect(headers.first('x-some-thing')).toBe('a')
    const message = messageOf(parse('OPTIONS sip:a SIP/2.0', `Via: ${headers.first('via')}`, 'f: <sip:x@y>;tag=1'))
    expect(message.headers.first('from')).toBe('<sip:x@y>;tag=1')
  })

  test('takes LF for CRLF, and the body to the end without a Content-Length', () => {
    const parsed = parseMessage(Buffer.from('\r\nOPTIONS sip:a@b SIP/2.0\nVia: x\n\nbody of\r\n\r\ntwo parts'))
    expect(messageOf(parsed).body).toBe('body of\r\n\r\ntwo parts')
  })

  test('drops what follows the announced body and counts bytes, not letters', () => {
    const parsed = parse('SIP/2.0 200 OK', 'Content-Length: 6', '', '好的 and more')
    expect(messageOf(parsed).body).toBe('好的')
  })
})

describe('broken messages', () => {
  test.each([
    [['INVITE sip:a@b SIP/7.0', 'Via: x', '', ''], 505, 'Version Not Supported'],
    [['INVITE <sip:a@b> SIP/2.0', '', ''], 400, 'Bad Request-URI'],
    [['INVITE sip:a@b; lr SIP/2.0', '', ''], 400, 'Bad Request-URI'],
    [['INVITE sip:a@b SIP/2.0', 'no colon here', '', ''], 400, 'Bad Header Line'],
    [['INVITE sip:a@b SIP/2.0', 'Content-Length: -999', '', ''], 400, 'Bad Content-Length'],
    [['INVITE sip:a@b SIP/2.0', 'Content-Length: 9999', '', 'v=0'], 400, 'Body Shorter Than Content-Length'],
  ])('%j is answered with %i', (lines, status, reason) => {
    expect(parse(...lines)).toMatchObject({ kind: 'message', problem: { status, reason } })
  })

  test.each([
    ['hello'],
    ['SIP/2.0 99 Odd'],
    ['SIP/2.0 4294967301 better not break'],
    ['INVITE sip:a@b'],
    ['(INVITE) x SIP/2.0'],
  ])('%j is dropped', (text) => {
    expect(parse(text, '', '').kind).toBe('garbage')
  })

  test.each([[''], ['\r\n'], ['\r\n\r\n']])('%j is a keep-alive', (text) => {
    expect(parseMessage(Buffer.from(text)).kind).toBe('keepAlive')
  })

  test('stops reading at 256 headers', () => {
    const parsed = parse('OPTIONS sip:a SIP/2.0', ...Array.from({ length: 300 }, (_, i) => `X-${i}: y`))
    expect(parsed).toMatchObject({ problem: { reason: 'Too Many Headers' } })
  })
})

describe('headers that this end builds', () => {
  test.each([
    ['Subject', 'a\r\nVia: evil'],
    ['Subject', 'a\nb'],
    ['Subject', 'a\rb'],
    ['Subject\r\nVia', 'x'],
    ['Bad Name', 'x'],
    ['', 'x'],
  ])('refuses %j: %j', (name, value) => {
    expect(() => new Headers().add(name, value)).toThrow(IllegalHeader)
    expect(() => new Headers().set(name, value)).toThrow(IllegalHeader)
    expect(() => new Headers().prepend(name, value)).toThrow(IllegalHeader)
  })

  test('refuses line breaks in the first line', () => {
    const headers = new Headers()
    const request = { kind: 'request', method: 'BYE', uri: 'sip:a\r\nX: y', headers, body: '' } as const
    expect(() => serializeMessage(request)).toThrow(IllegalHeader)
    expect(() => serializeMessage({ kind: 'response', status: 200, reason: 'OK\r\nX: y', headers, body: '' })).toThrow(
      IllegalHeader,
    )
  })

  test('spells names as the standards do', () => {
    const headers = Headers.of([
      ['call-id', '1'],
      ['cseq', '2 BYE'],
      ['www-authenticate', 'Digest'],
      ['x-yuyin-call', 'z'],
    ])
    expect(headers.toString()).toBe('Call-ID: 1\r\nCSeq: 2 BYE\r\nWWW-Authenticate: Digest\r\nX-Yuyin-Call: z\r\n')
  })
})

describe('envelope', () => {
  const good = {
    via: 'SIP/2.0/UDP 192.0.2.1:5062;branch=z9hG4bKabc;rport',
    from: '<sip:a@b>;tag=f1',
    to: '<sip:c@d>',
    'call-id': 'x@y',
    cseq: '7 INVITE',
    'max-forwards': '70',
  }
  const invite = (changes: object) => ({
    kind: 'request' as const,
    method: 'INVITE',
    uri: 'sip:c@d',
    headers: Headers.of(Object.entries({ ...good, ...changes }).filter(([, value]) => value !== undefined)),
    body: '',
  })

  test('is read once', () => {
    expect(readEnvelope(invite({ to: '<sip:c@d>;tag=t9' }))).toMatchObject({
      envelope: {
        callId: 'x@y',
        fromTag: 'f1',
        toTag: 't9',
        cseq: { number: 7, method: 'INVITE' },
        via: { transport: 'UDP', host: '192.0.2.1', port: 5062 },
      },
    })
  })

  test.each([
    [{ from: undefined }, 'Bad From Header'],
    [{ to: '"unfinished <sip:c@d>' }, 'Bad To Header'],
    [{ 'call-id': '' }, 'Bad Call-ID Header'],
    [{ cseq: '36893488147419103232 INVITE' }, 'Bad CSeq Header'],
    [{ cseq: '4294967296 INVITE' }, 'Bad CSeq Header'],
    [{ cseq: '1 OPTIONS' }, 'CSeq Method Does Not Match'],
    [{ via: 'SIP/3.0/UDP x' }, 'Bad Via Header'],
    [{ 'max-forwards': '300' }, 'Bad Max-Forwards Header'],
  ])('%j is refused: %s', (changes, reason) => {
    expect(readEnvelope(invite(changes))).toEqual({ problem: { status: 400, reason } })
  })

  test('refuses a second From', () => {
    const message = invite({})
    message.headers.add('from', '<sip:other@b>;tag=2')
    expect(readEnvelope(message)).toHaveProperty('problem')
  })
})
