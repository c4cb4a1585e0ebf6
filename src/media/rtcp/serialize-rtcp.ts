import { blockBytes, cnameItem, type ReportBlock, type RtcpPacket, rtcpTypes, senderInfoBytes } from './rtcp-packet.ts'

/** Writes packets as one compound datagram (RFC 3550 §6.1); the caller puts a report first. */
export function serializeRtcp(packets: readonly RtcpPacket[]): Buffer {
  return Buffer.concat(packets.map(serializeOne))
}

function serializeOne(packet: RtcpPacket): Buffer {
  switch (packet.kind) {
    case 'senderReport': {
      const body = Buffer.alloc(4 + senderInfoBytes)
      body.writeUInt32BE(packet.ssrc, 0)
      body.writeUInt32BE(packet.sender.ntpSeconds, 4)
      body.writeUInt32BE(packet.sender.ntpFraction, 8)
      body.writeUInt32BE(packet.sender.rtpTimestamp, 12)
      body.writeUInt32BE(packet.sender.packetCount, 16)
      body.writeUInt32BE(packet.sender.octetCount, 20)
      return framed(rtcpTypes.senderReport, packet.blocks.length, [body, ...packet.blocks.map(serializeBlock)])
    }
    case 'receiverReport':
      return framed(rtcpTypes.receiverReport, packet.blocks.length, [
        word(packet.ssrc),
        ...packet.blocks.map(serializeBlock),
      ])
    case 'description': {
      const cname = Buffer.from(packet.cname, 'utf8')
      // §6.5: a zero octet ends the items, more of them fill the word.
      const item = Buffer.alloc(Math.ceil((2 + cname.length + 1) / 4) * 4)
      item.writeUInt8(cnameItem, 0)
      item.writeUInt8(cname.length, 1)
      cname.copy(item, 2)
      return framed(rtcpTypes.description, 1, [word(packet.ssrc), item])
    }
    case 'bye':
      return framed(rtcpTypes.bye, packet.ssrcs.length, [...packet.ssrcs.map(word), serializeReason(packet.reason)])
  }
}

function framed(type: number, count: number, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  const head = Buffer.alloc(4)
  head.writeUInt8(0x80 | count, 0)
  head.writeUInt8(type, 1)
  head.writeUInt16BE(body.length / 4, 2)
  return Buffer.concat([head, body])
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value, 0)
  return bytes
}

function serializeBlock(block: ReportBlock): Buffer {
  const bytes = Buffer.alloc(blockBytes)
  bytes.writeUInt32BE(block.ssrc, 0)
  bytes.writeUInt8(block.fractionLost, 4)
  bytes.writeIntBE(block.cumulativeLost, 5, 3)
  bytes.writeUInt32BE(block.highestSequence, 8)
  bytes.writeUInt32BE(block.jitter, 12)
  bytes.writeUInt32BE(block.lastSenderReport, 16)
  bytes.writeUInt32BE(block.delaySinceLastSenderReport, 20)
  return bytes
}

function serializeReason(reason: string): Buffer {
  if (reason === '') return Buffer.alloc(0)
  const text = Buffer.from(reason, 'utf8')
  const bytes = Buffer.alloc(Math.ceil((1 + text.length) / 4) * 4)
  bytes.writeUInt8(text.length, 0)
  text.copy(bytes, 1)
  return bytes
}
