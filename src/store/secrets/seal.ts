import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto'

/** Keeps secrets at rest: AES-256-GCM, a fresh 96-bit nonce for each. */
export interface Seal {
  /** Tells keys apart without telling anything of the key: 12 hex digits. */
  readonly keyId: string
  /** @param purpose what the secret is for; the sealed text opens for the same purpose only */
  seal(secret: string, purpose: string): string
  /** @throws {SealBroken} */
  open(sealed: string, purpose: string): string
  /** Proves that a text was written by a holder of the key: HMAC-SHA256 under a key derived for the purpose, 32 bytes. */
  mac(text: string, purpose: string): Buffer
}

/** A sealed value cannot be opened: wrong key, wrong purpose, or changed by somebody. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken'
}

const version = 'v1'
const nonceBytes = 12
const tagBytes = 16

/** @param key 32 bytes. A sealed value reads `v1.<key id>.<base64url of nonce, tag and ciphertext>`. */
export function createSeal(key: Buffer): Seal {
  const keyId = createHash('sha256').update('yuyin key id ').update(key).digest('hex').slice(0, 12)
  const macKeys = new Map<string, Buffer>()
  const macKeyOf = (purpose: string): Buffer => {
    const known = macKeys.get(purpose) ?? Buffer.from(hkdfSync('sha256', key, '', `yuyin mac ${purpose}`, 32))
    macKeys.set(purpose, known)
    return known
  }
  return {
    keyId,
    mac: (text, purpose) => createHmac('sha256', macKeyOf(purpose)).update(text).digest(),
    seal(secret, purpose) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose))
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
      return `${version}.${keyId}.${Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url')}`
    },
    open(sealed, purpose) {
      const [sealedVersion, sealedKeyId, body] = sealed.split('.')
      if (sealedVersion !== version || body === undefined) {
        throw new SealBroken(`${purpose}: sealed in a form this version does not know (${sealedVersion})`)
      }
      if (sealedKeyId !== keyId) throw new SealBroken(`${purpose}: sealed with key ${sealedKeyId}, ours is ${keyId}`)
      const bytes = Buffer.from(body, 'base64url')
      // The last character has bits that mean nothing: only one way of writing them is ours.
      if (bytes.toString('base64url') !== body) throw new SealBroken(`${purpose}: the sealed value was changed`)
      const nonce = bytes.subarray(0, nonceBytes)
      const tag = bytes.subarray(nonceBytes, nonceBytes + tagBytes)
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
        decipher.setAAD(Buffer.from(purpose)).setAuthTag(tag)
        const text = decipher.update(bytes.subarray(nonceBytes + tagBytes))
        return Buffer.concat([text, decipher.final()]).toString('utf8')
      } catch (error) {
        throw new SealBroken(`${purpose}: the sealed value was changed`, { cause: error })
      }
    },
  }
}
