import { isTemporaryKeyId } from '../../domain/account/temporary-key.ts'
import type { QueueCredentials } from '../../receipts/ports.ts'
import { MnsError } from './mns-errors.ts'
import { sameText } from './same-text.ts'

/** A secret to check with, whom it stands for, and what is to be checked once the signature is right. */
export interface Credential {
  readonly accountId: string
  readonly secret: string
  /** The user whose key it is. */
  readonly userName?: string
  /** A token of QueryTokenForMnsQueue: good for fetching receipts and nothing else. */
  readonly isReceiptToken: boolean
  /** What only the rightful sender is told. @throws {MnsError} */
  check(now: number): void
}

/**
 * The credential of an AccessKeyId: a permanent key, a temporary key of the API, or a receipt token; the last two come
 * with a security token.
 *
 * @throws {MnsError} when there is none
 */
export async function findCredential(
  accessKeyId: string,
  securityToken: string | undefined,
  credentials: QueueCredentials,
): Promise<Credential> {
  if (securityToken === undefined) return permanentKey(accessKeyId, credentials)
  const token = await receiptToken(accessKeyId, securityToken, credentials)
  const found = token ?? temporaryKey(accessKeyId, securityToken, credentials)
  if (found === undefined) throw new MnsError('AccessDenied', 'The security token is not known here.')
  return found
}

async function permanentKey(accessKeyId: string, credentials: QueueCredentials): Promise<Credential> {
  const key = await credentials.accessKey(accessKeyId)
  if (key !== undefined) {
    return {
      ...holderOf(key),
      secret: key.secret,
      isReceiptToken: false,
      check() {
        if (!key.enabled) throw new MnsError('AccessDenied', 'The AccessKey is disabled.')
      },
    }
  }
  if (!isTemporaryKeyId(accessKeyId)) throw new MnsError('InvalidAccessKeyId')
  throw new MnsError('AccessDenied', 'This AccessKeyId is temporary: send its token in the security-token header.')
}

async function receiptToken(
  accessKeyId: string,
  securityToken: string,
  credentials: QueueCredentials,
): Promise<Credential | undefined> {
  const token = await credentials.token(accessKeyId)
  if (token === undefined) return undefined
  const isOfKey = sameText(token.securityToken, securityToken)
  return {
    accountId: token.accountId,
    secret: token.accessKeySecret,
    isReceiptToken: true,
    check: (now) => checkToken(isOfKey, token.expiresAt, now),
  }
}

function temporaryKey(
  accessKeyId: string,
  securityToken: string,
  credentials: QueueCredentials,
): Credential | undefined {
  const key = credentials.temporaryKey(securityToken)
  if (key === undefined) return undefined
  const isOfKey = key.accessKeyId === accessKeyId
  return {
    ...holderOf(key),
    secret: key.secret,
    isReceiptToken: false,
    check: (now) => checkToken(isOfKey, key.expiresAt, now),
  }
}

function checkToken(isOfKey: boolean, expiresAt: number, now: number): void {
  if (!isOfKey) throw new MnsError('AccessDenied', 'The security token does not belong to this AccessKeyId.')
  if (now >= expiresAt) throw new MnsError('AccessDenied', 'The security token has expired: ask for a new one.')
}

function holderOf({ accountId, userName }: { accountId: string; userName?: string }) {
  return userName === undefined ? { accountId } : { accountId, userName }
}
