import { rtpHeaderBytes } from '../rtp/rtp-packet.ts'
import { CounterMode } from './counter-mode.ts'
import { PacketTag } from './packet-tag.ts'
import type { SessionKeys } from './session-keys.ts'
import { StreamIndices } from './stream-indices.ts'

/**
 * One direction of SRTP (RFC 3711 §3.1):
 *
 *     | RTP header | payload, encrypted | tag over both and the rollover counter |
 */
export class RtpProtection {
  readonly #cipher: CounterMode
  readonly #tag: PacketTag
  readonly #indices = new StreamIndices()
  readonly #rollovers = Buffer.alloc(4)

  /** @param tagBytes 10 or 4 */
  constructor(keys: SessionKeys, tagBytes: number) {
    this.#cipher = new CounterMode(keys.encryption, keys.salt)
    this.#tag = new PacketTag(keys.authentication, tagBytes)
  }

  /** Protects a packet of ours (§3.3, sender). @returns a new buffer */
  seal(packet: Buffer): Buffer {
    const sealed = Buffer.allocUnsafe(packet.length + this.#tag.bytes)
    packet.copy(sealed)
    const content = sealed.subarray(0, packet.length)
    const ssrc = content.readUInt32BE(8)
    const indices = this.#indices.of(ssrc)
    const index = indices.guess(content.readUInt16BE(2))
    this.#cipher.apply(content.subarray(payloadStart(content) ?? content.length), ssrc, index)
    this.#indices.accept(ssrc, indices, index)
    this.#tag.of(content, this.#rolloversOf(index)).copy(sealed, packet.length)
    return sealed
  }

  /**
   * Checks and decrypts a packet of the far end (§3.3, receiver), in place.
   *
   * @returns the RTP packet; undefined when its tag is wrong, it came before, or it is none
   */
  open(sealed: Buffer): Buffer | undefined {
    const length = sealed.length - this.#tag.bytes
    if (length < rtpHeaderBytes) return undefined
    const content = sealed.subarray(0, length)
    const start = payloadStart(content)
    if (start === undefined) return undefined
    const ssrc = content.readUInt32BE(8)
    const indices = this.#indices.of(ssrc)
    const index = indices.guess(content.readUInt16BE(2))
    if (indices.isReplay(index)) return undefined
    if (!this.#tag.isOf(sealed.subarray(length), content, this.#rolloversOf(index))) return undefined
    this.#cipher.apply(content.subarray(start), ssrc, index)
    this.#indices.accept(ssrc, indices, index)
    return content
  }

  #rolloversOf(index: number): Buffer {
    this.#rollovers.writeUInt32BE(Math.floor(index / 0x1_0000) >>> 0, 0)
    return this.#rollovers
  }
}

/** Where the payload begins: behind CSRCs and header extension, which stay readable. Undefined when it has no place. */
function payloadStart(packet: Buffer): number | undefined {
  const first = packet.readUInt8(0)
  let at = rtpHeaderBytes + (first & 0x0f) * 4
  if ((first & 0x10) !== 0) {
    if (at + 4 > packet.length) return undefined
    at += 4 + packet.readUInt16BE(at + 2) * 4
  }
  return at > packet.length ? undefined : at
}
