import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRtcp } from './parse-rtcp.ts'
import type { RtcpPacket } from './rtcp-packet.ts'
import { serializeRtcp } from './serialize-rtcp.ts'

const word = fc.integer({ min: 0, max: 0xffff_ffff })
const block = fc.record({
  ssrc: word,
  fractionLost: fc.integer({ min: 0, max: 255 }),
  cumulativeLost: fc.integer({ min: -0x80_0000, max: 0x7f_ffff }),
  highestSequence: word,
  jitter: word,
  lastSenderReport: word,
  delaySinceLastSenderReport: word,
})
const blocks = fc.array(block, { maxLength: 31 })
const report: fc.Arbitrary<RtcpPacket> = fc.oneof(
  fc.record({ kind: fc.constant('receiverReport' as const), ssrc: word, blocks }),
  fc.record({
    kind: fc.constant('senderReport' as const),
    ssrc: word,
    sender: fc.record({ ntpSeconds: word, ntpFraction: word, rtpTimestamp: word, packetCount: word, octetCount: word }),
    blocks,
  }),
)
const shortText = fc.string({ minLength: 1, maxLength: 60 })
const other: fc.Arbitrary<RtcpPacket> = fc.oneof(
  fc.record({ kind: fc.constant('description' as const), ssrc: word, cname: shortText }),
  fc.record({
    kind: fc.constant('bye' as const),
    ssrcs: fc.array(word, { maxLength: 31 }),
    reason: fc.oneof(fc.constant(''), shortText),
  }),
)

describe('a compound RTCP packet', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(report, fc.array(fc.oneof(report, other), { maxLength: 4 }), (first, rest) => {
        expect(parseRtcp(serializeRtcp([first, ...rest]))).toEqual([first, ...rest])
      }),
    )
  })

  it('has its fields where RFC 3550 §6.4.2 and §6.5 put them', () => {
    const packets: RtcpPacket[] = [
      { kind: 'receiverReport', ssrc: 1, blocks: [] },
      { kind: 'description', ssrc: 1, cname: 'abc' },
      { kind: 'bye', ssrcs: [1], reason: '' },
    ]
    expect(serializeRtcp(packets).toString('hex')).toBe(
      '80c9000100000001' + '81ca00030000000101036162' + '63000000' + '81cb000100000001',
    )
  })

  it.each([
    ['nothing', ''],
    ['half a header', '80c9'],
    ['version 1', '40c9000100000001'],
    ['a description first', '81ca0003000000010103616263000000'],
    ['a length beyond its end', '80c9000200000001'],
    ['a block too few', '81c9000100000001'],
    ['padding before its end', 'a0c900020000000100000004' + '80c9000100000001'],
    ['more padding than octets', 'a0c90001000000ff'],
    ['a name beyond its chunk', '80c9000100000001' + '81ca00030000000101ff616263000000'],
    ['a reason beyond its end', '80c9000100000001' + '81cb00020000000109616263'],
  ])('is dropped when it has %s', (_, hex) => {
    expect(parseRtcp(Buffer.from(hex, 'hex'))).toBeUndefined()
  })

  it('may hold types that we do not know, and padding at its end', () => {
    const hex = '80c9000100000001' + '80cc00020000000141424344' + 'a1cb00020000000100000004'
    expect(parseRtcp(Buffer.from(hex, 'hex'))).toEqual([
      { kind: 'receiverReport', ssrc: 1, blocks: [] },
      { kind: 'bye', ssrcs: [1], reason: '' },
    ])
  })

  it('never fails, whatever arrives', () => {
    const start = fc.constantFrom('80c90001', '80c8000681ca', '81c9', '').map((hex) => Buffer.from(hex, 'hex'))
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 100 }), (first, rest) => {
        expect(() => parseRtcp(Buffer.concat([first, rest]))).not.toThrow()
      }),
    )
  })
})
