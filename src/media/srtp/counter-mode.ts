import { createCipheriv } from 'node:crypto'

/** Octets of an AES block, and of the two key lengths of the suites (RFC 3711 §8.2). */
const blockBytes = 16
export const cipherKeyBytes = 16
export const saltBytes = 14

/**
 * AES in counter mode (RFC 3711 §4.1.1). A block of the key stream is a block of plain AES over
 *
 *     salt (14 octets) ⊕ SSRC (at octet 4) ⊕ packet index (48 bits, at octet 8), block counter (at octet 14)
 *
 * All blocks of a packet are made in one call of a cipher that lives as long as the key: a third of what a cipher in
 * counter mode for every packet would cost.
 */
export class CounterMode {
  readonly #cipher
  readonly #salt: Uint8Array
  #blocks = Buffer.alloc(blockBytes * 11)

  /** @param key 16 octets @param salt 14 octets */
  constructor(key: Uint8Array, salt: Uint8Array) {
    this.#cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false)
    this.#salt = salt
  }

  /** Encrypts or decrypts `bytes` in place. @param index of the packet, 48 bits */
  apply(bytes: Uint8Array, ssrc: number, index: number): void {
    const stream = this.keyStream(bytes.length, ssrc, index)
    for (let i = 0; i < bytes.length; i++) bytes[i] = (bytes[i] ?? 0) ^ (stream[i] ?? 0)
  }

  /** At least `length` octets of the key stream of one packet. */
  keyStream(length: number, ssrc: number, index: number): Buffer {
    const blocks = Math.ceil(length / blockBytes)
    if (this.#blocks.length < blocks * blockBytes) this.#blocks = Buffer.alloc(blocks * blockBytes)
    const input = this.#blocks
    this.#writeFirst(input, ssrc, index)
    for (let block = 1; block < blocks; block++) {
      const at = block * blockBytes
      input.copyWithin(at, 0, saltBytes)
      input[at + 14] = block >> 8
      input[at + 15] = block & 0xff
    }
    return this.#cipher.update(input.subarray(0, blocks * blockBytes))
  }

  #writeFirst(block: Buffer, ssrc: number, index: number): void {
    block.set(this.#salt, 0)
    block[14] = 0
    block[15] = 0
    block.writeUInt32BE((block.readUInt32BE(4) ^ ssrc) >>> 0, 4)
    block.writeUInt16BE(block.readUInt16BE(8) ^ Math.floor(index / 0x1_0000_0000), 8)
    block.writeUInt32BE((block.readUInt32BE(10) ^ (index % 0x1_0000_0000)) >>> 0, 10)
  }
}
