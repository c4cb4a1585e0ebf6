import { GatewayError, invalid, missing } from '../../operations/gateway-errors.ts'
import type { Caller } from '../../operations/operation.ts'
import type { Directory, TemporaryKeys } from '../../operations/ports.ts'
import { Refusal } from '../../operations/refusals.ts'
import type { ParameterMap } from '../signature/canonical-query.ts'
import { maxSkewMs, readTimestamp } from '../signature/timestamp.ts'
import { type Claim, readClaim, type SignedClaim } from './claims.ts'
import { type Credential, findBearer, findKey, type SigningCredential } from './find-credential.ts'
import type { Identified } from './identify.ts'
import type { NonceMemory } from './nonce-memory.ts'

/** A request of which we know who asks. */
export interface Verified {
  readonly caller: Caller
  /** The parameters as they were signed. */
  readonly parameters: ParameterMap
}

/** What a request is checked against. */
export interface Checks {
  readonly directory: Directory
  readonly temporaryKeys: TemporaryKeys
  readonly nonces: NonceMemory
}

/**
 * Finds out who asks, and that nobody else wrote, changed, delayed or repeated the request. In this order: key or token
 * known and enabled, signature fields there and readable, time, signature, nonce, validity of a temporary credential,
 * account. A bearer token takes the place of key and signature: who holds it is who asks.
 *
 * @throws {GatewayError | Refusal}
 */
export async function verify(identified: Identified, { directory, temporaryKeys, nonces }: Checks): Promise<Verified> {
  const { requestId, now } = identified.inbound
  const claim = readClaim(identified)
  let credential: Credential
  let parameters: ParameterMap
  if (claim.by === 'bearer') {
    credential = findBearer(claim, temporaryKeys)
    parameters = checkUnsigned(identified, claim)
  } else {
    const key = await findKey(claim, directory, temporaryKeys)
    credential = key
    parameters = checkSigned(identified, claim, key)
  }
  const nonce = claim.nonce(parameters)
  if (!nonces.use(credential.id, nonce)) throw new GatewayError('SignatureNonceUsed')
  credential.checkValidity(now)
  const account = await directory.account(credential.accountId)
  if (account === undefined) throw new Refusal('accountMissing')
  const request = { accessKeyId: credential.id, nonce, requestId, now }
  const { userName } = credential
  const caller = userName === undefined ? { account, request } : { account, userName, request }
  return { caller, parameters }
}

/** @returns the parameters as they were signed @throws {GatewayError} */
function checkSigned(identified: Identified, claim: SignedClaim, key: SigningCredential): ParameterMap {
  checkNonce(identified, claim)
  const judge = claim.readSignature()
  checkTime(claim.timestamp, identified.inbound.now)
  const verdict = judge(key.secret)
  if (!verdict.matches) throw signatureMismatch(verdict.stringToSign)
  return verdict.parameters
}

/** @returns the parameters as they came @throws {GatewayError} */
function checkUnsigned(identified: Identified, claim: Claim): ParameterMap {
  checkNonce(identified, claim)
  checkTime(claim.timestamp, identified.inbound.now)
  return identified.parameters
}

const noncePattern = /^[^\p{C}]{1,128}$/u

function checkNonce({ parameters }: Identified, claim: Claim): void {
  const nonce = claim.nonce(parameters)
  if (nonce === '') throw missing('SignatureNonce')
  if (!noncePattern.test(nonce)) throw invalid('SignatureNonce', 'at most 128 printable characters')
}

function checkTime(timestamp: string, now: number): void {
  if (timestamp === '') throw missing('Timestamp')
  const at = readTimestamp(timestamp)
  if (at === undefined) throw new GatewayError('InvalidTimeStamp.Format')
  if (Math.abs(now - at) > maxSkewMs) throw new GatewayError('InvalidTimeStamp.Expired')
}

/**
 * Clients look for the string to sign in the message and compare it with their own, so its form is fixed: no colon
 * before it, no space between.
 */
function signatureMismatch(stringToSign: string): GatewayError {
  return new GatewayError('SignatureDoesNotMatch', { more: ` server string to sign is:${stringToSign}` })
}
