import { isIPv6 } from 'node:net'
import type { SocketName, TracedMessage, TraceEntry } from './trace-entry.ts'

/** Packets that begin with their IP header, of either version. */
const linkTypeRaw = 101
const udp = 17
const udpHeaderBytes = 8
/** What the length field of UDP can say. */
const mostPayloadBytes = 65_507

/**
 * The SIP messages of a trace as a capture file (libpcap 2.4) that Wireshark and its kin open. Every message is one UDP
 * datagram between the two ends, whatever carried it: over TCP and TLS the segments are not kept, the message is. Credentials
 * and keys are blanked, as in the trace.
 */
export function writePcap(entries: readonly TraceEntry[]): Buffer {
  const head = Buffer.alloc(24)
  head.writeUInt32LE(0xa1b2c3d4, 0)
  head.writeUInt16LE(2, 4)
  head.writeUInt16LE(4, 6)
  head.writeUInt32LE(0x4_0000, 16)
  head.writeUInt32LE(linkTypeRaw, 20)
  return Buffer.concat([head, ...entries.flatMap((entry) => (entry.kind === 'sip' ? writeRecord(entry) : []))])
}

function writeRecord(message: TracedMessage): Buffer[] {
  const { at, direction, local, remote, text } = message
  const [from, to] = direction === 'sent' ? [local, remote] : [remote, local]
  const packet = writePacket(from, to, Buffer.from(text).subarray(0, mostPayloadBytes))
  const head = Buffer.alloc(16)
  head.writeUInt32LE(Math.floor(at / 1000), 0)
  head.writeUInt32LE(Math.floor((at % 1000) * 1000), 4)
  head.writeUInt32LE(packet.length, 8)
  head.writeUInt32LE(packet.length, 12)
  return [head, packet]
}

function writePacket(from: SocketName, to: SocketName, payload: Buffer): Buffer {
  const datagram = Buffer.alloc(udpHeaderBytes + payload.length)
  datagram.writeUInt16BE(from.port, 0)
  datagram.writeUInt16BE(to.port, 2)
  datagram.writeUInt16BE(datagram.length, 4)
  payload.copy(datagram, udpHeaderBytes)
  if (isIPv6(from.host)) {
    const [source, target] = [ipv6Bytes(from.host), ipv6Bytes(to.host)]
    // RFC 8200 §8.1: over IPv6 the checksum is not optional.
    datagram.writeUInt16BE(udpChecksum(source, target, datagram), 6)
    return Buffer.concat([ipv6Header(source, target, datagram.length), datagram])
  }
  const [source, target] = [ipv4Bytes(from.host), ipv4Bytes(to.host)]
  // RFC 768: zero says that there is none.
  return Buffer.concat([ipv4Header(source, target, datagram.length), datagram])
}

/** RFC 791 §3.1, without options. */
function ipv4Header(source: Buffer, target: Buffer, payloadBytes: number): Buffer {
  const header = Buffer.alloc(20)
  header[0] = 0x45
  header.writeUInt16BE(Math.min(0xffff, header.length + payloadBytes), 2)
  header[8] = 64
  header[9] = udp
  source.copy(header, 12)
  target.copy(header, 16)
  header.writeUInt16BE(complementSum([header]), 10)
  return header
}

/** RFC 8200 §3. */
function ipv6Header(source: Buffer, target: Buffer, payloadBytes: number): Buffer {
  const header = Buffer.alloc(40)
  header[0] = 0x60
  header.writeUInt16BE(payloadBytes, 4)
  header[6] = udp
  header[7] = 64
  source.copy(header, 8)
  target.copy(header, 24)
  return header
}

function udpChecksum(source: Buffer, target: Buffer, datagram: Buffer): number {
  const pseudo = Buffer.alloc(8)
  pseudo.writeUInt32BE(datagram.length, 0)
  pseudo[7] = udp
  return complementSum([source, target, pseudo, datagram]) || 0xffff
}

/** The internet checksum (RFC 1071) of parts of even length, but for the last. */
function complementSum(parts: readonly Buffer[]): number {
  let sum = 0
  for (const part of parts) {
    for (let i = 0; i < part.length; i += 2) sum += ((part[i] ?? 0) << 8) | (part[i + 1] ?? 0)
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x1_0000)
  return ~sum & 0xffff
}

/** A far end that is known by name only stands as 0.0.0.0. */
function ipv4Bytes(host: string): Buffer {
  const octets = host.split('.').map(Number)
  return Buffer.from(octets.length === 4 && octets.every((octet) => octet <= 255) ? octets : [0, 0, 0, 0])
}

function ipv6Bytes(host: string): Buffer {
  const bytes = Buffer.alloc(16)
  if (!isIPv6(host)) return bytes
  // The URL parser writes an address in its one form, without an embedded IPv4 part (WHATWG URL, IPv6 serializer).
  const plain = new URL(`http://[${host.split('%')[0]}]/`).hostname.slice(1, -1)
  const [left = '', right] = plain.split('::')
  const groups = (text: string) => text.split(':').filter((group) => group !== '')
  const [before, after] = [groups(left), right === undefined ? [] : groups(right)]
  const middle = Array<string>(8 - before.length - after.length).fill('0')
  for (const [i, group] of [...before, ...middle, ...after].entries())
    bytes.writeUInt16BE(Number.parseInt(group, 16), i * 2)
  return bytes
}
