import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 random bits in base64url. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** SHA-256. Enough for random tokens: there is nothing to guess. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** In constant time. */
export function isSameToken(given: string, hash: Buffer): boolean {
  const found = hashToken(given)
  return found.length === hash.length && timingSafeEqual(found, hash)
}

/** The CSRF token of a session: whoever knows the cookie can compute it, a page of another site cannot read it. */
export function csrfTokenOf(sessionToken: string): string {
  return createHmac('sha256', sessionToken).update('yuyin csrf').digest('base64url')
}

/** An admin key as it is shown once: `yya_<id>_<secret>`; the prefix lets scanners of leaked secrets find it. */
export function writeAdminKey(keyId: string, secret: string): string {
  return `yya_${keyId}_${secret}`
}

/** The parts of an admin key; `undefined` when it is none. */
export function readAdminKey(text: string): { keyId: string; secret: string } | undefined {
  const [, keyId, secret] = /^yya_([A-Za-z0-9]{16})_([\w-]{43})$/.exec(text) ?? []
  return keyId === undefined || secret === undefined ? undefined : { keyId, secret }
}

/** 16 hex digits. */
export function newKeyId(): string {
  return randomBytes(8).toString('hex')
}
