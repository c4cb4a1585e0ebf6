import type { Account } from '../../domain/account/account.ts'
import { GatewayError, invalid, missing } from '../../operations/gateway-errors.ts'
import type { Caller } from '../../operations/operation.ts'
import type { Directory } from '../../operations/ports.ts'
import { Refusal } from '../../operations/refusals.ts'
import { readV3Authorization } from '../signature/authorization-header.ts'
import type { ParameterMap } from '../signature/canonical-query.ts'
import { maxSkewMs, readTimestamp } from '../signature/timestamp.ts'
import { type V1Method, type Verdict, v1Hashes, verifyV1, verifyV3 } from '../signature/verify.ts'
import { headerOf, type Identified } from './identify.ts'
import type { NonceMemory } from './nonce-memory.ts'
import { readParameters } from './read-parameters.ts'

/** A request of which we know who asks. */
export interface Verified {
  readonly caller: Caller
  /** The parameters as they were signed. */
  readonly parameters: ParameterMap
}

/** What a request claims about itself, of either family. */
interface Credentials {
  readonly accessKeyId: string
  readonly timestamp: string
  readonly securityToken: string
  /** The nonce, of the parameters as they were signed: `+` and space are not two nonces. */
  nonce(parameters: ParameterMap): string
  /** Reads the signature's own fields. @throws {GatewayError} when it cannot be judged */
  readSignature(): (secret: string) => Verdict
}

/**
 * Finds out who asks, and that nobody else wrote, changed, delayed or repeated the request. In this order: key known and
 * enabled, signature fields there and readable, time, signature, nonce, temporary token, account.
 *
 * @throws {GatewayError}
 */
export async function verify(identified: Identified, directory: Directory, nonces: NonceMemory): Promise<Verified> {
  const { requestId, now } = identified.inbound
  const claimed = identified.family === 'V3' ? v3Credentials(identified) : v1Credentials(identified)
  const key = accessKeyPattern.test(claimed.accessKeyId) ? await directory.accessKey(claimed.accessKeyId) : undefined
  if (key === undefined) throw new GatewayError('InvalidAccessKeyId.NotFound')
  if (!key.enabled) throw new GatewayError('InvalidAccessKeyId.Inactive')
  if (claimed.nonce(identified.parameters) === '') throw missing('SignatureNonce')
  if (!noncePattern.test(claimed.nonce(identified.parameters)))
    throw invalid('SignatureNonce', 'at most 128 printable characters')
  const judge = claimed.readSignature()
  checkTime(claimed.timestamp, now)
  const verdict = judge(key.secret)
  if (!verdict.matches) throw signatureMismatch(verdict.stringToSign)
  const nonce = claimed.nonce(verdict.parameters)
  if (!nonces.use(key.accessKeyId, nonce)) throw new GatewayError('SignatureNonceUsed')
  if (claimed.securityToken !== '') throw new GatewayError('InvalidSecurityToken.MismatchWithAccessKey')
  const account: Account | undefined = await directory.account(key.accountId)
  if (account === undefined) throw new Refusal('accountMissing')
  const request = { accessKeyId: key.accessKeyId, nonce, requestId, now }
  const caller = key.userName === undefined ? { account, request } : { account, userName: key.userName, request }
  return { caller, parameters: verdict.parameters }
}

/** Ids that can exist here; the directory is not asked for anything else. */
const accessKeyPattern = /^[\w.-]{1,128}$/

const noncePattern = /^[^\p{C}]{1,128}$/u

function v1Credentials({ inbound, parameters, query, form }: Identified): Credentials {
  const text = (name: string) => parameters.get(name) ?? ''
  if (text('SignatureType') === 'BEARERTOKEN') throw bearerRefused()
  if (text('AccessKeyId') === '') throw missing('AccessKeyId')
  return {
    accessKeyId: text('AccessKeyId'),
    nonce: (signed) => signed.get('SignatureNonce') ?? '',
    timestamp: text('Timestamp'),
    securityToken: text('SecurityToken'),
    readSignature() {
      if (text('Signature') === '') throw missing('Signature')
      if (text('SignatureVersion') === '') throw missing('SignatureVersion')
      if (text('SignatureVersion') !== '1.0') throw invalid('SignatureVersion', '1.0')
      const signed = {
        method: inbound.method,
        signatureMethod: v1Method(text('SignatureMethod') || 'HMAC-SHA1', text('SignatureType')),
        signature: text('Signature'),
        parameters,
        withPlusAsSpace: query.includes('+') ? () => readParameters(query, form, 'space') : undefined,
      }
      return (secret) => verifyV1(signed, secret)
    },
  }
}

function v1Method(name: string, type: string): V1Method {
  const method = name.toUpperCase()
  if (type !== '' || !isV1Method(method)) throw new GatewayError('InvalidSignatureMethod')
  return method
}

function isV1Method(name: string): name is V1Method {
  return Object.hasOwn(v1Hashes, name)
}

function v3Credentials(request: Identified): Credentials {
  const { inbound, parameters, query } = request
  const header = headerOf(inbound, 'authorization')
  if (header === '') throw headerOf(inbound, 'x-acs-bearer-token') === '' ? missing('AccessKeyId') : bearerRefused()
  const authorization = readV3Authorization(header)
  if (authorization === undefined) throw new GatewayError('IncompleteSignature')
  const { algorithm, accessKeyId, signedHeaders, signature } = authorization
  return {
    accessKeyId,
    nonce: () => headerOf(inbound, 'x-acs-signature-nonce'),
    timestamp: headerOf(inbound, 'x-acs-date'),
    securityToken: headerOf(inbound, 'x-acs-security-token'),
    readSignature() {
      if (algorithm !== 'ACS3-HMAC-SHA256') throw new GatewayError('InvalidSignatureMethod')
      // An unsigned header could be changed on the way, and the action is one of them.
      const mustBeSigned = Object.keys(inbound.headers).filter((name) => name === 'host' || name.startsWith('x-acs-'))
      const unsigned = mustBeSigned.find((name) => !signedHeaders.includes(name) && !addedByClients.has(name))
      if (unsigned !== undefined) throw new GatewayError('IncompleteSignature', { more: ` Not signed: ${unsigned}.` })
      const signed = {
        method: inbound.method,
        path: '/',
        query: readParameters(query, '', 'plus'),
        headers: inbound.headers,
        signedHeaders,
        body: inbound.body,
      }
      return (secret) => {
        const verdict = verifyV3(signed, signature, secret)
        // The form is signed by its hash.
        return verdict.matches ? { matches: true, parameters } : verdict
      }
    },
  }
}

/** Headers that some clients add after signing, and that change nothing here. */
const addedByClients: ReadonlySet<string> = new Set(['x-acs-retry-attempts', 'x-acs-retry-delay'])

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

function bearerRefused(): GatewayError {
  return new GatewayError('Missing{Param}', {
    parameter: 'AccessKeyId',
    more: ' Bearer tokens are not issued by this service.',
  })
}
