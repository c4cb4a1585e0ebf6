import { blockBytes, cnameItem, type ReportBlock, type RtcpPacket, rtcpTypes, senderInfoBytes } from './rtcp-packet.ts'

/**
 * Reads a compound packet. The checks of RFC 3550 §A.2: version 2 throughout, a report first, no padding before the
 * last, lengths that add up to the datagram.
 *
 * @returns undefined when it is none
 */
export function parseRtcp(datagram: Buffer): RtcpPacket[] | undefined {
  const packets: RtcpPacket[] = []
  for (let at = 0; at < datagram.length; ) {
    if (at + 4 > datagram.length) return undefined
    const first = datagram.readUInt8(at)
    const type = datagram.readUInt8(at + 1)
    const end = at + 4 + datagram.readUInt16BE(at + 2) * 4
    const isPadded = (first & 0x20) !== 0
    if (first >> 6 !== 2 || end > datagram.length || (isPadded && end !== datagram.length)) return undefined
    if (at === 0 && type !== rtcpTypes.senderReport && type !== rtcpTypes.receiverReport) return undefined
    const padding = isPadded ? datagram.readUInt8(end - 1) : 0
    if (at + 4 > end - padding) return undefined
    const parsed = parseOne(type, first & 0x1f, datagram.subarray(at + 4, end - padding))
    if (parsed === 'broken') return undefined
    if (parsed !== undefined) packets.push(parsed)
    at = end
  }
  return packets.length === 0 ? undefined : packets
}

function parseOne(type: number, count: number, body: Buffer): RtcpPacket | 'broken' | undefined {
  switch (type) {
    case rtcpTypes.senderReport:
      return parseSenderReport(count, body)
    case rtcpTypes.receiverReport:
      if (body.length < 4 + count * blockBytes) return 'broken'
      return { kind: 'receiverReport', ssrc: body.readUInt32BE(0), blocks: readBlocks(count, body.subarray(4)) }
    case rtcpTypes.description:
      return count === 0 ? undefined : parseDescription(body)
    case rtcpTypes.bye:
      return parseBye(count, body)
    default:
      return undefined
  }
}

function parseSenderReport(count: number, body: Buffer): RtcpPacket | 'broken' {
  if (body.length < 4 + senderInfoBytes + count * blockBytes) return 'broken'
  return {
    kind: 'senderReport',
    ssrc: body.readUInt32BE(0),
    sender: {
      ntpSeconds: body.readUInt32BE(4),
      ntpFraction: body.readUInt32BE(8),
      rtpTimestamp: body.readUInt32BE(12),
      packetCount: body.readUInt32BE(16),
      octetCount: body.readUInt32BE(20),
    },
    blocks: readBlocks(count, body.subarray(4 + senderInfoBytes)),
  }
}

function readBlocks(count: number, body: Buffer): ReportBlock[] {
  return Array.from({ length: count }, (_, i) => {
    const at = i * blockBytes
    return {
      ssrc: body.readUInt32BE(at),
      fractionLost: body.readUInt8(at + 4),
      cumulativeLost: body.readIntBE(at + 5, 3),
      highestSequence: body.readUInt32BE(at + 8),
      jitter: body.readUInt32BE(at + 12),
      lastSenderReport: body.readUInt32BE(at + 16),
      delaySinceLastSenderReport: body.readUInt32BE(at + 20),
    }
  })
}

/** The first chunk's CNAME; other items and chunks of mixers are passed over. */
function parseDescription(body: Buffer): RtcpPacket | 'broken' | undefined {
  if (body.length < 4) return 'broken'
  for (let at = 4; at + 2 <= body.length && body.readUInt8(at) !== 0; ) {
    const end = at + 2 + body.readUInt8(at + 1)
    if (end > body.length) return 'broken'
    if (body.readUInt8(at) === cnameItem) {
      return { kind: 'description', ssrc: body.readUInt32BE(0), cname: body.toString('utf8', at + 2, end) }
    }
    at = end
  }
  return undefined
}

function parseBye(count: number, body: Buffer): RtcpPacket | 'broken' {
  if (body.length < count * 4) return 'broken'
  const ssrcs = Array.from({ length: count }, (_, i) => body.readUInt32BE(i * 4))
  const reasonAt = count * 4
  const reasonEnd = reasonAt < body.length ? reasonAt + 1 + body.readUInt8(reasonAt) : reasonAt
  if (reasonEnd > body.length) return 'broken'
  return { kind: 'bye', ssrcs, reason: body.toString('utf8', reasonAt + 1, reasonEnd) }
}
