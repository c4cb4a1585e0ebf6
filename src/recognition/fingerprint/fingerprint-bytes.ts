import { bitCount } from './bit-count.ts'
import { type Fingerprint, fingerprintVersion } from './fingerprint.ts'

/*
 * How a fingerprint is stored: one byte of version, three bytes 0, then for each frame its bits and its mask, 32 bits
 * each, little-endian. 500 bytes for a second of sound.
 */
const headerBytes = 4
const frameBytes = 8

export function writeFingerprint({ bits, masks }: Fingerprint): Buffer {
  const bytes = Buffer.alloc(headerBytes + bits.length * frameBytes)
  bytes.writeUInt8(fingerprintVersion, 0)
  for (let frame = 0; frame < bits.length; frame++) {
    bytes.writeUInt32LE(bits[frame] ?? 0, headerBytes + frame * frameBytes)
    bytes.writeUInt32LE(masks[frame] ?? 0, headerBytes + frame * frameBytes + 4)
  }
  return bytes
}

/** @returns `undefined` when another version of the program made it: it must be made anew from the sound */
export function readFingerprint(bytes: Buffer): Fingerprint | undefined {
  if (bytes.length < headerBytes || bytes.readUInt8(0) !== fingerprintVersion) return undefined
  const frames = Math.floor((bytes.length - headerBytes) / frameBytes)
  const word = (frame: number, offset: number) => bytes.readUInt32LE(headerBytes + frame * frameBytes + offset)
  const masks = Uint32Array.from({ length: frames }, (_, frame) => word(frame, 4))
  return {
    bits: Uint32Array.from({ length: frames }, (_, frame) => word(frame, 0)),
    masks,
    weights: Uint8Array.from(masks, bitCount),
  }
}
