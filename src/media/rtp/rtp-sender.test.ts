import { describe, expect, it } from 'vitest'
import { parseRtp, type RtpPacket } from './rtp-packet.ts'
import { RtpSender } from './rtp-sender.ts'

const silence = { fillFrame: (packet: Uint8Array, offset: number) => void packet.fill(0xd5, offset, offset + 160) }

function sending(random: number): { sender: RtpSender; packets: RtpPacket[] } {
  const packets: RtpPacket[] = []
  const sender = new RtpSender(
    () => random,
    (datagram) => {
      const packet = parseRtp(Buffer.from(datagram))
      if (packet !== undefined) packets.push(packet)
    },
  )
  return { sender, packets }
}

describe('a sent stream', () => {
  it('numbers its packets, stamps them by 160 and marks the first', () => {
    const { sender, packets } = sending(0.5)
    for (let i = 0; i < 3; i++) sender.sendAudio(8, silence)
    expect(
      packets.map(({ sequence, timestamp, marker, payloadType }) => [sequence, timestamp, marker, payloadType]),
    ).toEqual([
      [0x4000, 0x8000_0000, true, 8],
      [0x4001, 0x8000_00a0, false, 8],
      [0x4002, 0x8000_0140, false, 8],
    ])
    expect(packets[2]?.payload).toEqual(Buffer.alloc(160, 0xd5))
    expect(sender).toMatchObject({ ssrc: 0x8000_0000, packetsSent: 3, octetsSent: 480 })
  })

  it('goes on over the end of its numbers', () => {
    const { sender, packets } = sending(1 - 1e-12)
    // The first number is in the lower half.
    for (let i = 0; i < 0x8002; i++) sender.sendAudio(8, silence)
    expect(packets.slice(0, 2).map(({ timestamp }) => timestamp)).toEqual([0xffff_ffff, 159])
    expect(packets.slice(-2).map(({ sequence }) => sequence)).toEqual([0xffff, 0])
  })

  it('leaves a gap in time and marks what follows after frames were skipped', () => {
    const { sender, packets } = sending(0)
    sender.sendAudio(0, silence)
    sender.skip(5)
    sender.sendAudio(0, silence)
    expect(packets.map(({ sequence, timestamp, marker }) => [sequence, timestamp, marker])).toEqual([
      [0, 0, true],
      [1, 960, true],
    ])
  })

  it('keeps the stamp of an event while time goes on', () => {
    const { sender, packets } = sending(0)
    const start = sender.timestamp
    sender.sendEvent(101, Uint8Array.of(1, 10, 0, 160), start, true)
    sender.sendEvent(101, Uint8Array.of(1, 10, 1, 64), start, false)
    sender.sendAudio(8, silence)
    expect(packets.map(({ sequence, timestamp, payload }) => [sequence, timestamp, payload.length])).toEqual([
      [0, 0, 4],
      [1, 0, 4],
      [2, 320, 160],
    ])
  })
})
