import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatAddress, parseAddress, tagOf } from './address.ts'
import { newCallId } from './identifiers.ts'
import { formatQ850, readQ850 } from './reason-header.ts'
import { quoted, splitOutside, unquoted } from './token.ts'
import { formatUri, parseUri, sameUri } from './uri.ts'
import { formatVia, parseVia } from './via.ts'

const host = fc.oneof(
  fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?(\.[a-z]{2,5})?$/),
  fc.ipV4(),
  fc.ipV6().map((text) => text.toLowerCase()),
)
const port = fc.integer({ min: 0, max: 65535 })
const params = fc
  .dictionary(fc.stringMatching(/^[a-z][a-z0-9-]{0,6}$/), fc.stringMatching(/^[A-Za-z0-9.-]{0,8}$/))
  .map((object) => new Map(Object.entries(object)))
const uri = fc.record(
  {
    scheme: fc.constantFrom('sip' as const, 'sips' as const),
    user: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
    host,
    port,
    params,
    headers: fc.stringMatching(/^[a-z]{1,5}=[a-z]{1,5}$/),
  },
  { requiredKeys: ['scheme', 'host', 'params'] },
)

describe('URI', () => {
  test('parse(format(x)) is x, whatever stands in the user part', () => {
    fc.assert(
      fc.property(uri, (one) => void expect(parseUri(formatUri(one))).toEqual(one)),
      { numRuns: 500 },
    )
  })

  test.each([
    ['sip:alice@example.com', { user: 'alice', host: 'example.com' }],
    [
      'SIP:+8613800000000@[2001:db8::9]:5070;transport=tcp;lr',
      { user: '+8613800000000', host: '2001:db8::9', port: 5070 },
    ],
    ['sip:example.com', { host: 'example.com' }],
    ['sip:user;par=u%40example.net@Example.com', { user: 'user;par=u@example.net', host: 'example.com' }],
    ['sip:alice:secret@10.0.0.1', { user: 'alice', host: '10.0.0.1' }],
    ['sip:%FF@h', { user: '%FF', host: 'h' }],
  ])('reads %s', (text, expected) => {
    expect(parseUri(text)).toMatchObject(expected)
  })

  test.each([['tel:110'], ['sip:'], ['sip:@host'], ['sip:a@'], ['sip:a@b:99999'], ['sip:a@b c'], ['sip:a@[::1'], ['']])(
    '%j is none',
    (text) => {
      expect(parseUri(text)).toBeUndefined()
    },
  )

  test.each([
    ['sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtLanTa.CoM;Transport=tcp', true],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5', true],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;newparam=5', true],
    ['SIP:ALICE@AtLanTa.CoM', 'sip:alice@AtLanTa.CoM', false],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060', false],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp', false],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next', false],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;security=off', false],
  ])('%s and %s are the same: %s', (one, other, same) => {
    const [here, there] = [parseUri(one), parseUri(other)]
    if (here === undefined || there === undefined) throw new Error('no URI')
    expect(sameUri(here, there)).toBe(same)
    expect(sameUri(there, here)).toBe(same)
  })
})

describe('address', () => {
  test('parse(format(x)) is x, quotes and backslashes included', () => {
    const address = fc.record(
      { displayName: fc.stringMatching(/^[ -~]{1,16}$/), uri: uri.map(formatUri), params },
      { requiredKeys: ['uri', 'params'] },
    )
    fc.assert(fc.property(address, (one) => void expect(parseAddress(formatAddress(one))).toEqual(one)))
  })

  test.each([
    ['sip:a@b;tag=1', { uri: 'sip:a@b' }],
    ['Bell Labs <sip:a@b;lr>;tag=1', { displayName: 'Bell Labs', uri: 'sip:a@b;lr' }],
    ['"a, <b> \\"c\\"" <tel:+86;ext=1>', { displayName: 'a, <b> "c"', uri: 'tel:+86;ext=1' }],
    ['<sip:a@b>', { uri: 'sip:a@b' }],
  ])('reads %s', (text, expected) => {
    expect(parseAddress(text)).toMatchObject(expected)
  })

  test.each([
    [''],
    ['"open <sip:a@b>'],
    ['<sip:a@b'],
    ['<>'],
    ['no uri'],
    ['<sip:a@b> junk'],
    ['"a" b <sip:a@b>'],
    ['a, b <sip:a@b>'],
    ['< sip:a@b >'],
    ['sip:a@b?x=y;tag=1'],
  ])('%j is none', (text) => {
    expect(parseAddress(text)).toBeUndefined()
  })

  test('finds the tag without parsing', () => {
    expect(tagOf('"x;tag=no" <sip:a;tag=no@b>;x=1;Tag=yes;z')).toBe('yes')
    expect(tagOf('sip:a@b;tag=yes')).toBe('yes')
    expect(tagOf('<sip:a@b;tag=no>')).toBeUndefined()
  })
})

describe('other values', () => {
  test('Via: parse(format(x)) is x', () => {
    const via = fc.record(
      { transport: fc.constantFrom('UDP', 'TCP'), host, port, params },
      { requiredKeys: ['transport', 'host', 'params'] },
    )
    fc.assert(fc.property(via, (one) => void expect(parseVia(formatVia(one))).toEqual(one)))
  })

  test('quoted strings survive', () => {
    fc.assert(fc.property(fc.string(), (text) => void expect(unquoted(quoted(text))).toBe(text)))
  })

  test('lists are split outside quotes and brackets', () => {
    expect(splitOutside('<sip:a,b@c>, "x, \\", y" <sip:d> ,, z', ',')).toEqual([
      '<sip:a,b@c>',
      '"x, \\", y" <sip:d>',
      'z',
    ])
    expect(splitOutside('  ', ',')).toEqual([])
  })

  test('Reason gives the Q.850 cause among others', () => {
    expect(readQ850(['SIP;cause=480, q.850 ; cause=20 ;text="powered \\"off\\""'])).toEqual({
      cause: 20,
      text: 'powered "off"',
    })
    expect(readQ850(['SIP;cause=480', 'Q.850;cause=x'])).toBeUndefined()
    expect(readQ850([formatQ850({ cause: 17, text: 'a;b,"c"' })])).toEqual({ cause: 17, text: 'a;b,"c"' })
  })

  test('a Call-ID starts with the readable prefix, odd characters dotted', () => {
    expect(newCallId('116^200\r\nX: y', '192.0.2.1')).toMatch(/^116\.200\.\.X:\.y-[0-9a-f]{24}@192\.0\.2\.1$/)
    expect(newCallId(undefined, 'h')).toMatch(/^[0-9a-f]{24}@h$/)
  })
})
