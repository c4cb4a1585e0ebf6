import { CounterMode } from './counter-mode.ts'
import { PacketTag } from './packet-tag.ts'
import type { SessionKeys } from './session-keys.ts'
import { StreamIndices } from './stream-indices.ts'

/** The header and the SSRC of the first packet stay readable. */
const clearBytes = 8
/** Behind the packet: one bit that says whether it is encrypted, 31 bits of index. */
const trailerBytes = 4
const encryptedFlag = 0x8000_0000
/** RFC 4568 §6.2: 80 bits in both suites. */
const tagBytes = 10

/**
 * One direction of SRTCP (RFC 3711 §3.4):
 *
 *     | RTCP header, SSRC | the rest, encrypted | E, index | tag over all before |
 */
export class RtcpProtection {
  readonly #cipher: CounterMode
  readonly #tag: PacketTag
  readonly #indices = new StreamIndices()
  #nextIndex = 0

  constructor(keys: SessionKeys) {
    this.#cipher = new CounterMode(keys.encryption, keys.salt)
    this.#tag = new PacketTag(keys.authentication, tagBytes)
  }

  /** Protects a compound packet of ours. @returns a new buffer */
  seal(packet: Buffer): Buffer {
    const sealed = Buffer.allocUnsafe(packet.length + trailerBytes + tagBytes)
    packet.copy(sealed)
    const index = this.#nextIndex
    this.#nextIndex = (index + 1) % encryptedFlag
    this.#cipher.apply(sealed.subarray(clearBytes, packet.length), packet.readUInt32BE(4), index)
    sealed.writeUInt32BE((encryptedFlag | index) >>> 0, packet.length)
    const content = sealed.subarray(0, packet.length + trailerBytes)
    this.#tag.of(content).copy(sealed, content.length)
    return sealed
  }

  /**
   * Checks and decrypts a compound packet of the far end, in place.
   *
   * @returns the RTCP packet; undefined when its tag is wrong, it came before, or it is none
   */
  open(sealed: Buffer): Buffer | undefined {
    const end = sealed.length - tagBytes
    const length = end - trailerBytes
    if (length < clearBytes) return undefined
    if (!this.#tag.isOf(sealed.subarray(end), sealed.subarray(0, end))) return undefined
    const trailer = sealed.readUInt32BE(length)
    const index = trailer % encryptedFlag
    const ssrc = sealed.readUInt32BE(4)
    const indices = this.#indices.of(ssrc)
    if (indices.isReplay(index)) return undefined
    this.#indices.accept(ssrc, indices, index)
    const content = sealed.subarray(0, length)
    if (trailer >= encryptedFlag) this.#cipher.apply(content.subarray(clearBytes), ssrc, index)
    return content
  }
}
