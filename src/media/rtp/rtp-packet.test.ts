import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRtp, type RtpPacket, serializeRtp } from './rtp-packet.ts'

const bits = (count: number) => fc.integer({ min: 0, max: 2 ** count - 1 })
const bytes = fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array))
const words = fc.array(bits(32), { maxLength: 8 }).map((list) => {
  const data = Buffer.alloc(list.length * 4)
  list.forEach((word, i) => {
    data.writeUInt32BE(word, i * 4)
  })
  return data
})
const anyPacket: fc.Arbitrary<RtpPacket> = fc.record(
  {
    marker: fc.boolean(),
    payloadType: bits(7),
    sequence: bits(16),
    timestamp: bits(32),
    ssrc: bits(32),
    csrcs: fc.array(bits(32), { maxLength: 15 }),
    extension: fc.record({ profile: bits(16), data: words }),
    payload: bytes,
  },
  { requiredKeys: ['marker', 'payloadType', 'sequence', 'timestamp', 'ssrc', 'csrcs', 'payload'] },
)

describe('an RTP packet', () => {
  it('is read as it was written, with or without padding', () => {
    fc.assert(
      fc.property(anyPacket, bits(8), (packet, paddingBytes) => {
        expect(parseRtp(serializeRtp(packet, paddingBytes))).toEqual(packet)
      }),
    )
  })

  it('has its fields where RFC 3550 §5.1 puts them', () => {
    const datagram = Buffer.from('80880001000000a0deadbeefd5d5', 'hex')
    expect(parseRtp(datagram)).toEqual({
      marker: true,
      payloadType: 8,
      sequence: 1,
      timestamp: 160,
      ssrc: 0xdeadbeef,
      csrcs: [],
      payload: Buffer.of(0xd5, 0xd5),
    })
  })

  it.each([
    ['eleven octets', '80080001000000a0deadbe'],
    ['version 1', '40080001000000a0deadbeef'],
    ['more CSRCs than octets', '8f080001000000a0deadbeef00000000'],
    ['an extension beyond its end', '90080001000000a0deadbeef0001ffff00000000'],
    ['an extension without its length', '90080001000000a0deadbeef00'],
    ['more padding than octets', 'a0080001000000a0deadbeef05'],
    ['padding of no length', 'a0080001000000a0deadbeef00'],
  ])('is dropped when it has %s', (_, hex) => {
    expect(parseRtp(Buffer.from(hex, 'hex'))).toBeUndefined()
  })

  it('is read or dropped, whatever arrives', () => {
    fc.assert(
      fc.property(bytes, (datagram) => {
        const packet = parseRtp(datagram)
        if (packet !== undefined) expect(packet.payload.length).toBeLessThanOrEqual(datagram.length - 12)
      }),
    )
  })
})
