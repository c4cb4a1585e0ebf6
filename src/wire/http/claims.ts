import { GatewayError, invalid, missing } from '../../operations/gateway-errors.ts'
import { readV3Authorization } from '../signature/authorization-header.ts'
import type { ParameterMap } from '../signature/canonical-query.ts'
import { type V1Method, type Verdict, v1Hashes, verifyV1, verifyV3 } from '../signature/verify.ts'
import { headerOf, type Identified } from './identify.ts'
import { readParameters } from './read-parameters.ts'

/** What a request says about its sender, of either family. Nothing of it is checked yet. */
export type Claim = SignedClaim | BearerClaim

interface AnyClaim {
  readonly timestamp: string
  /** The nonce, of the parameters as they were signed: `+` and space are not two nonces. */
  nonce(parameters: ParameterMap): string
}

/** Signed with the secret of an AccessKey. */
export interface SignedClaim extends AnyClaim {
  readonly by: 'signature'
  readonly accessKeyId: string
  /** Empty for a permanent key. */
  readonly securityToken: string
  /** Reads the signature's own fields. @throws {GatewayError} when it cannot be judged */
  readSignature(): (secret: string) => Verdict
}

/** Not signed: whoever holds the token may ask. */
export interface BearerClaim extends AnyClaim {
  readonly by: 'bearer'
  readonly token: string
}

/** @throws {GatewayError} when there is nothing to go by */
export function readClaim(identified: Identified): Claim {
  return identified.family === 'V3' ? v3Claim(identified) : v1Claim(identified)
}

function v1Claim({ inbound, parameters, query, form }: Identified): Claim {
  const text = (name: string) => parameters.get(name) ?? ''
  const nonce = (signed: ParameterMap) => signed.get('SignatureNonce') ?? ''
  const timestamp = text('Timestamp')
  if (isBearer(text('SignatureType'))) {
    return { by: 'bearer', token: text('BearerToken') || headerOf(inbound, 'x-acs-bearer-token'), nonce, timestamp }
  }
  if (text('AccessKeyId') === '') throw missing('AccessKeyId')
  return {
    by: 'signature',
    accessKeyId: text('AccessKeyId'),
    nonce,
    timestamp,
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

function isBearer(signatureType: string): boolean {
  return signatureType.toUpperCase() === 'BEARERTOKEN'
}

function v1Method(name: string, type: string): V1Method {
  const method = name.toUpperCase()
  if (type !== '' || !isV1Method(method)) throw new GatewayError('InvalidSignatureMethod')
  return method
}

function isV1Method(name: string): name is V1Method {
  return Object.hasOwn(v1Hashes, name)
}

function v3Claim({ inbound, parameters, query }: Identified): Claim {
  const header = headerOf(inbound, 'authorization')
  const nonce = () => headerOf(inbound, 'x-acs-signature-nonce')
  const timestamp = headerOf(inbound, 'x-acs-date')
  if (!header.startsWith('ACS3-')) {
    const token = headerOf(inbound, 'x-acs-bearer-token')
    if (token === '' && !isBearer(parameters.get('SignatureType') ?? '')) throw missing('AccessKeyId')
    return { by: 'bearer', token, nonce, timestamp }
  }
  const authorization = readV3Authorization(header)
  if (authorization === undefined) throw new GatewayError('IncompleteSignature')
  const { algorithm, accessKeyId, signedHeaders, signature } = authorization
  return {
    by: 'signature',
    accessKeyId,
    nonce,
    timestamp,
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
