import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { Grant } from '../../domain/account/temporary-key.ts'
import type { TemporaryKeys } from '../../operations/ports.ts'
import { randomLetters } from './random-letters.ts'
import { type Seal, SealBroken } from './seal.ts'

const keyPurpose = 'temporary key'
const bearerPurpose = 'bearer token'

/**
 * Temporary credentials that carry everything with them, so that every node with the key file can judge them without a
 * lookup. A security token is sealed: it holds the secret of its pair. A bearer token holds no secret and is signed: a
 * JSON Web Token (RFC 7519) under HS256.
 */
export function createTemporaryKeys(seal: Seal): TemporaryKeys {
  const header = encode({ alg: 'HS256', typ: 'JWT', kid: seal.keyId })
  const proofOf = (text: string) => seal.mac(text, bearerPurpose).toString('base64url')
  return {
    issueKey({ accountId, userName, expiresAt }) {
      const accessKeyId = `STS.${randomLetters(24)}`
      const secret = randomLetters(44)
      const content = JSON.stringify({ accessKeyId, secret, accountId, userName, expiresAt })
      return {
        ...grantOf(accountId, userName, expiresAt),
        accessKeyId,
        secret,
        securityToken: seal.seal(content, keyPurpose),
      }
    },

    openKey(securityToken) {
      const { accessKeyId, secret, accountId, userName, expiresAt } = fieldsOf(unsealed(seal, securityToken))
      if (typeof accessKeyId !== 'string' || typeof secret !== 'string') return undefined
      const grant = readGrant(accountId, userName, expiresAt)
      return grant && { ...grant, accessKeyId, secret, securityToken }
    },

    issueBearer({ accountId, userName, expiresAt }, now) {
      const claims = { iss: 'yuyin', sub: accountId, usr: userName, iat: seconds(now), exp: seconds(expiresAt) }
      const text = `${header}.${encode({ ...claims, jti: randomBytes(12).toString('base64url') })}`
      return `${text}.${proofOf(text)}`
    },

    openBearer(token) {
      const end = token.lastIndexOf('.')
      const text = token.slice(0, end)
      // The header is compared as text: no token chooses its own algorithm (RFC 8725 §3.1).
      if (!text.startsWith(`${header}.`) || !sameText(token.slice(end + 1), proofOf(text))) return undefined
      const { sub, usr, exp, jti } = fieldsOf(Buffer.from(text.slice(header.length + 1), 'base64url').toString())
      const grant = readGrant(sub, usr, typeof exp === 'number' ? exp * 1000 : undefined)
      return grant && typeof jti === 'string' ? { ...grant, tokenId: jti } : undefined
    },
  }
}

function grantOf(accountId: string, userName: string | undefined, expiresAt: number): Grant {
  return userName === undefined ? { accountId, expiresAt } : { accountId, userName, expiresAt }
}

function readGrant(accountId: unknown, userName: unknown, expiresAt: unknown): Grant | undefined {
  if (typeof accountId !== 'string' || typeof expiresAt !== 'number') return undefined
  if (userName !== undefined && typeof userName !== 'string') return undefined
  return grantOf(accountId, userName, expiresAt)
}

/** Empty when it is not ours, or changed. */
function unsealed(seal: Seal, securityToken: string): string {
  try {
    return seal.open(securityToken, keyPurpose)
  } catch (error) {
    if (error instanceof SealBroken) return ''
    throw error
  }
}

/** What we wrote ourselves, once seal or signature have been checked; empty for nothing. */
function fieldsOf(json: string): Readonly<Record<string, unknown>> {
  const value: unknown = json === '' ? {} : JSON.parse(json)
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
}

/** Compares in a time that depends on the length alone. */
function sameText(given: string, expected: string): boolean {
  const left = Buffer.from(given)
  const right = Buffer.from(expected)
  return left.length === right.length && timingSafeEqual(left, right)
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function seconds(wallMs: number): number {
  return Math.floor(wallMs / 1000)
}
