import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'

/** The authentication tags of one direction: HMAC-SHA1, cut to the length of the suite (RFC 3711 §4.2.1). */
export class PacketTag {
  readonly bytes: number
  readonly #key: KeyObject

  /** @param bytes of the tag: 10, or 4 for the RTP of the 32-bit suite */
  constructor(key: Buffer, bytes: number) {
    this.#key = createSecretKey(key)
    this.bytes = bytes
  }

  /** The tag of a packet; `rollovers` follows the packet where it counts without being sent (§4.2). */
  of(packet: Uint8Array, rollovers?: Uint8Array): Buffer {
    const hmac = createHmac('sha1', this.#key).update(packet)
    if (rollovers !== undefined) hmac.update(rollovers)
    return hmac.digest().subarray(0, this.bytes)
  }

  /** Compares in constant time. */
  isOf(tag: Uint8Array, packet: Uint8Array, rollovers?: Uint8Array): boolean {
    return tag.length === this.bytes && timingSafeEqual(tag, this.of(packet, rollovers))
  }
}
