import { accountStates } from '../../domain/account/account.ts'
import type { QueueCredentials } from '../../receipts/ports.ts'
import { type Claim, readAuthorization } from './authorization.ts'
import { findCredential } from './credential.ts'
import { parseHttpDate } from './http-date.ts'
import { MnsError } from './mns-errors.ts'
import { sameText } from './same-text.ts'
import { signaturesV4 } from './signature-v4.ts'
import { type SignedParts, sign, stringsToSign } from './string-to-sign.ts'

const version = '2015-06-06'
/** How far the date of a request may be from our clock, both ways. */
const windowMs = 15 * 60_000

/** Who asks. */
export interface MnsCaller {
  readonly accountId: string
  readonly accessKeyId: string
  /** The user of the account; absent: the account itself. */
  readonly userName?: string
  /** Comes with a token of QueryTokenForMnsQueue: may fetch receipts and nothing else. */
  readonly isReceiptToken: boolean
}

/**
 * Finds out who sent a request of the queue protocol: headers, date window, key, signature, then the temporary token
 * and the account. What is wrong with those is told only to someone who holds the secret.
 *
 * @param now wall milliseconds
 * @throws {MnsError} the documented refusal
 */
export async function authenticate(parts: SignedParts, credentials: QueueCredentials, now: number): Promise<MnsCaller> {
  const claim = readAuthorization(parts.headers.authorization)
  checkVersion(parts)
  const date = readDate(parts, now)
  const token = parts.headers['security-token']
  const credential = await findCredential(claim.accessKeyId, token === undefined ? token : String(token), credentials)
  const { accountId, userName, isReceiptToken } = credential
  const rightful = signaturesOf(parts, claim, credential.secret, date)
  if (!rightful.some((one) => sameText(one, claim.signature))) throw new MnsError('SignatureDoesNotMatch')
  credential.check(now)
  await checkAccount(accountId, credentials)
  return { accountId, accessKeyId: claim.accessKeyId, isReceiptToken, ...(userName === undefined ? {} : { userName }) }
}

function signaturesOf(parts: SignedParts, claim: Claim, secret: string, date: number): string[] {
  if (claim.scheme === 'V4') return signaturesV4(parts, claim, secret, date)
  return stringsToSign(parts).map((text) => sign(secret, text))
}

function checkVersion({ headers }: SignedParts): void {
  const given = headers['x-mns-version']
  if (given === undefined) throw new MnsError('MissingVersionHeader')
  if (given !== version) throw new MnsError('InvalidVersionHeader')
}

/** @returns wall milliseconds */
function readDate({ headers }: SignedParts, now: number): number {
  const given = headers.date ?? headers['x-mns-date']
  if (given === undefined) throw new MnsError('MissingDateHeader')
  const at = parseHttpDate(String(given))
  if (at === undefined) throw new MnsError('InvalidDateHeader')
  if (Math.abs(at - now) > windowMs) throw new MnsError('TimeExpired')
  return at
}

async function checkAccount(accountId: string, credentials: QueueCredentials): Promise<void> {
  const account = await credentials.account(accountId)
  if (account === undefined || accountStates[account.state].stops === 'everything') {
    throw new MnsError('AccessDenied', 'The account may not use the service.')
  }
}
