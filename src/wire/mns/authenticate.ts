import { timingSafeEqual } from 'node:crypto'
import type { QueueCredentials } from '../../receipts/ports.ts'
import { parseHttpDate } from './http-date.ts'
import { MnsError } from './mns-errors.ts'
import { type SignedParts, sign, stringsToSign } from './string-to-sign.ts'

const version = '2015-06-06'
/** How far the date of a request may be from our clock, both ways. */
const windowMs = 15 * 60_000

/** Who asks. */
export interface MnsCaller {
  readonly accountId: string
  readonly accessKeyId: string
}

/**
 * Finds out who sent a request of the queue protocol: headers, date window, key, signature, then the temporary token.
 * A token's expiry is told only to someone who holds its secret.
 *
 * @param now wall milliseconds
 * @throws {MnsError} the documented refusal
 */
export async function authenticate(parts: SignedParts, credentials: QueueCredentials, now: number): Promise<MnsCaller> {
  const { accessKeyId, signature } = readAuthorization(parts.headers.authorization)
  checkVersion(parts)
  checkDate(parts, now)
  const key = await findKey(accessKeyId, parts.headers['security-token'], credentials)
  if (!stringsToSign(parts).some((text) => sameText(sign(key.secret, text), signature))) {
    throw new MnsError('SignatureDoesNotMatch')
  }
  key.check(now)
  return { accountId: key.accountId, accessKeyId }
}

function readAuthorization(header: string | undefined): { accessKeyId: string; signature: string } {
  if (header === undefined) throw new MnsError('MissingAuthorizationHeader')
  const [, accessKeyId, signature] = /^MNS +([^\s:]+):(\S+)$/.exec(header) ?? []
  if (accessKeyId === undefined || signature === undefined) throw new MnsError('InvalidAuthorizationHeader')
  return { accessKeyId, signature }
}

function checkVersion({ headers }: SignedParts): void {
  const given = headers['x-mns-version']
  if (given === undefined) throw new MnsError('MissingVersionHeader')
  if (given !== version) throw new MnsError('InvalidVersionHeader')
}

function checkDate({ headers }: SignedParts, now: number): void {
  const given = headers.date ?? headers['x-mns-date']
  if (given === undefined) throw new MnsError('MissingDateHeader')
  const at = parseHttpDate(String(given))
  if (at === undefined) throw new MnsError('InvalidDateHeader')
  if (Math.abs(at - now) > windowMs) throw new MnsError('TimeExpired')
}

/** A secret to check with, and what is to be checked once the signature is right. */
interface SigningKey {
  readonly accountId: string
  readonly secret: string
  check(now: number): void
}

async function findKey(
  accessKeyId: string,
  securityToken: string | string[] | undefined,
  credentials: QueueCredentials,
): Promise<SigningKey> {
  if (securityToken !== undefined) return tokenKey(accessKeyId, String(securityToken), credentials)
  const key = await credentials.accessKey(accessKeyId)
  if (key !== undefined) {
    return {
      accountId: key.accountId,
      secret: key.secret,
      check() {
        if (!key.enabled) throw new MnsError('AccessDenied', 'The AccessKey is disabled.')
      },
    }
  }
  if ((await credentials.token(accessKeyId)) === undefined) throw new MnsError('InvalidAccessKeyId')
  throw new MnsError('AccessDenied', 'This AccessKeyId is temporary: send its token in the security-token header.')
}

async function tokenKey(
  accessKeyId: string,
  securityToken: string,
  credentials: QueueCredentials,
): Promise<SigningKey> {
  const token = await credentials.token(accessKeyId)
  if (token === undefined) throw new MnsError('AccessDenied', 'The security token is not known here.')
  return {
    accountId: token.accountId,
    secret: token.accessKeySecret,
    check(now) {
      if (!sameText(token.securityToken, securityToken)) {
        throw new MnsError('AccessDenied', 'The security token does not belong to this AccessKeyId.')
      }
      if (now >= token.expiresAt) {
        throw new MnsError('AccessDenied', 'The security token has expired: ask for a new one.')
      }
    },
  }
}

/** Compares in constant time; only the length is told. */
function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
