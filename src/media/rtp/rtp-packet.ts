/**
 * RFC 3550 §5.1:
 *
 *      0                   1                   2                   3
 *     |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 *     |                           timestamp                           |
 *     |                             SSRC                              |
 *     |                         CSRC (0 … 15)                         |
 *     |  header extension: profile | length in words | words (X set)  |
 *     |  payload … padding, the last octet of which counts it (P set) |
 */
export interface RtpPacket {
  marker: boolean
  /** 0 … 127 */
  payloadType: number
  /** 16 bits */
  sequence: number
  /** 32 bits, in units of 1/8000 s for the codecs used here */
  timestamp: number
  /** 32 bits */
  ssrc: number
  csrcs: readonly number[]
  /** §5.3.1: at most one extension, its data in whole 32-bit words. */
  extension?: { profile: number; data: Buffer }
  /** Without padding. After parsing a view into the datagram. */
  payload: Buffer
}

/** Octets before the payload of the packets that we send: no CSRC, no extension. */
export const rtpHeaderBytes = 12

const version = 2
const noCsrcs: readonly number[] = []

/** Reads a datagram. @returns undefined when it is not RTP: wrong version, or lengths that do not fit (RFC 3550 §A.1). */
export function parseRtp(datagram: Buffer): RtpPacket | undefined {
  if (datagram.length < rtpHeaderBytes) return undefined
  const first = octetAt(datagram, 0)
  if (first >> 6 !== version) return undefined
  const second = octetAt(datagram, 1)
  const csrcCount = first & 0x0f
  let payloadAt = rtpHeaderBytes + csrcCount * 4
  let extension: RtpPacket['extension']
  if ((first & 0x10) !== 0) {
    if (payloadAt + 4 > datagram.length) return undefined
    const dataAt = payloadAt + 4
    const dataEnd = dataAt + datagram.readUInt16BE(payloadAt + 2) * 4
    if (dataEnd > datagram.length) return undefined
    extension = { profile: datagram.readUInt16BE(payloadAt), data: datagram.subarray(dataAt, dataEnd) }
    payloadAt = dataEnd
  }
  let end = datagram.length
  if ((first & 0x20) !== 0) {
    const padding = datagram.readUInt8(end - 1)
    if (padding === 0) return undefined
    end -= padding
  }
  if (payloadAt > end) return undefined
  const packet: RtpPacket = {
    marker: (second & 0x80) !== 0,
    payloadType: second & 0x7f,
    sequence: (octetAt(datagram, 2) << 8) | octetAt(datagram, 3),
    timestamp: wordAt(datagram, 4),
    ssrc: wordAt(datagram, 8),
    csrcs: csrcCount === 0 ? noCsrcs : readCsrcs(datagram, csrcCount),
    payload: datagram.subarray(payloadAt, end),
  }
  if (extension !== undefined) packet.extension = extension
  return packet
}

/** The octet at a place that is known to be there. `readUInt8` and its like check again, for every field of every packet. */
function octetAt(datagram: Buffer, at: number): number {
  return datagram[at] ?? 0
}

function wordAt(datagram: Buffer, at: number): number {
  const [first, second] = [octetAt(datagram, at), octetAt(datagram, at + 1)]
  const [third, fourth] = [octetAt(datagram, at + 2), octetAt(datagram, at + 3)]
  return ((first << 24) | (second << 16) | (third << 8) | fourth) >>> 0
}

/** Writes a packet; `paddingBytes` (0 … 255) appends that many octets of padding. For tests and tools: `RtpSender` writes in place. */
export function serializeRtp(packet: RtpPacket, paddingBytes = 0): Buffer {
  const { csrcs, extension, payload } = packet
  const head = Buffer.alloc(rtpHeaderBytes + csrcs.length * 4 + (extension === undefined ? 0 : 4))
  writeRtpHeader(head, packet)
  head.writeUInt8((version << 6) | (paddingBytes > 0 ? 0x20 : 0) | (extension ? 0x10 : 0) | csrcs.length, 0)
  csrcs.forEach((csrc, i) => {
    head.writeUInt32BE(csrc, rtpHeaderBytes + i * 4)
  })
  if (extension !== undefined) {
    head.writeUInt16BE(extension.profile, head.length - 4)
    head.writeUInt16BE(extension.data.length / 4, head.length - 2)
  }
  const padding = Buffer.alloc(paddingBytes)
  if (paddingBytes > 0) padding.writeUInt8(paddingBytes, paddingBytes - 1)
  return Buffer.concat([head, extension?.data ?? Buffer.alloc(0), payload, padding])
}

/** Writes the twelve octets of a header without CSRC and extension to the start of `datagram`. */
export function writeRtpHeader(
  datagram: Buffer,
  header: Pick<RtpPacket, 'marker' | 'payloadType' | 'sequence' | 'timestamp' | 'ssrc'>,
): void {
  datagram.writeUInt8(version << 6, 0)
  datagram.writeUInt8((header.marker ? 0x80 : 0) | header.payloadType, 1)
  datagram.writeUInt16BE(header.sequence, 2)
  datagram.writeUInt32BE(header.timestamp, 4)
  datagram.writeUInt32BE(header.ssrc, 8)
}

function readCsrcs(datagram: Buffer, count: number): readonly number[] {
  const fitting = Math.min(count, Math.floor((datagram.length - rtpHeaderBytes) / 4))
  return Array.from({ length: fitting }, (_, i) => datagram.readUInt32BE(rtpHeaderBytes + i * 4))
}
