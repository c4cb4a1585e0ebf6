import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BrokenStream, StreamFramer } from './stream-framer.ts'

const bye = 'BYE sip:a@b SIP/2.0\r\nContent-Length: 0\r\n\r\n'
const info = 'INFO sip:a@b SIP/2.0\r\nl :\r\n 6\r\nSubject: x\r\n\r\n好的'
const bare = 'OPTIONS sip:a@b SIP/2.0\r\nVia: x\r\n\r\n'

describe('stream framer', () => {
  test('cuts a stream into the same messages, however it is chopped', () => {
    const messages = fc.array(fc.constantFrom(bye, info, bare), { maxLength: 6 })
    fc.assert(
      fc.property(messages, fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (texts, sizes) => {
        const stream = Buffer.from(texts.join('\r\n'))
        const framer = new StreamFramer()
        const found: string[] = []
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1
          found.push(...framer.push(stream.subarray(at, at + size)).messages.map(String))
          at += size
        }
        expect(found).toEqual(texts)
      }),
    )
  })

  test('counts pings between messages', () => {
    const framer = new StreamFramer()
    expect(framer.push(Buffer.from('\r\n\r\n'))).toMatchObject({ messages: [], pings: 1 })
    expect(framer.push(Buffer.from('\r\n'))).toMatchObject({ messages: [], pings: 0 })
    expect(framer.push(Buffer.from('\r\n')).pings).toBe(1)
    expect(framer.push(Buffer.from(`\r\n${bye}`)).messages.map(String)).toEqual([bye])
  })

  test('tells the answer to a ping, alone or in front of a message', () => {
    const framer = new StreamFramer()
    expect(framer.takeLineBreak()).toBe(false)
    framer.push(Buffer.from('\r\n'))
    expect([framer.takeLineBreak(), framer.takeLineBreak()]).toEqual([true, false])
    expect(framer.push(Buffer.from(`\r\n${bye}`))).toMatchObject({ pings: 0, lineBreaks: 1 })
    framer.push(Buffer.from(`${bye}\r\nBYE`))
    expect(framer.takeLineBreak()).toBe(false)
  })

  test.each([
    ['a head without end', 'X'.repeat(70_000)],
    ['a body that is too long', 'BYE sip:a SIP/2.0\r\nContent-Length: 99999999\r\n\r\n'],
    ['a length that is no number', 'BYE sip:a SIP/2.0\r\nContent-Length: many\r\n\r\n'],
    ['two lengths', 'BYE sip:a SIP/2.0\r\nContent-Length: 5\r\nl: 4\r\n\r\nv=0\r\n'],
    ['a negative length', 'BYE sip:a SIP/2.0\r\nl: -1\r\n\r\n'],
  ])('gives up on %s', (_, text) => {
    expect(() => new StreamFramer().push(Buffer.from(text))).toThrow(BrokenStream)
  })
})
