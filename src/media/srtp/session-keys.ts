import { CounterMode, cipherKeyBytes, saltBytes } from './counter-mode.ts'

/** Octets of the key for HMAC-SHA1 (RFC 3711 §8.2). */
const authenticationKeyBytes = 20
/** What the key of a crypto attribute holds: the master key, then the master salt (RFC 4568 §6.1). */
export const masterBytes = cipherKeyBytes + saltBytes

/** The keys of one direction of one protocol. */
export interface SessionKeys {
  /** 16 octets */
  encryption: Buffer
  /** 20 octets */
  authentication: Buffer
  /** 14 octets */
  salt: Buffer
}

/** RFC 3711 §4.3.1 and §4.3.2: what each derived key is called. */
const labels = {
  rtp: { encryption: 0, authentication: 1, salt: 2 },
  rtcp: { encryption: 3, authentication: 4, salt: 5 },
} as const

/**
 * Derives the keys of RTP or RTCP from a master key (RFC 3711 §4.3), once for a session (a key derivation rate of 0).
 *
 * @param master base64 of key and salt, as a crypto attribute carries it
 * @throws {RangeError} when that is not 30 octets; the message does not tell the key
 */
export function sessionKeys(master: string, protocol: keyof typeof labels): SessionKeys {
  const bytes = Buffer.from(master, 'base64')
  if (bytes.length !== masterBytes)
    throw new RangeError(`an SRTP key has ${masterBytes} octets, this one ${bytes.length}`)
  const key = bytes.subarray(0, cipherKeyBytes)
  const salt = bytes.subarray(cipherKeyBytes)
  const { encryption, authentication, salt: saltLabel } = labels[protocol]
  return {
    encryption: derive(key, salt, encryption, cipherKeyBytes),
    authentication: derive(key, salt, authentication, authenticationKeyBytes),
    salt: derive(key, salt, saltLabel, saltBytes),
  }
}

/** §4.3.3: the key stream of the master key over `salt ⊕ (label · 2⁴⁸)`. */
function derive(key: Buffer, salt: Buffer, label: number, length: number): Buffer {
  const input = Buffer.from(salt)
  input[7] = (input[7] ?? 0) ^ label
  return Buffer.from(new CounterMode(key, input).keyStream(length, 0, 0).subarray(0, length))
}
