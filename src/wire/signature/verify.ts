import { createHmac, timingSafeEqual } from 'node:crypto'
import type { ParameterMap } from './canonical-query.ts'
import { type V3Request, v1StringToSign, v3CanonicalRequest, v3StringToSign } from './string-to-sign.ts'

/** Hashes of V1, by the upper-case name in `SignatureMethod`. */
export const v1Hashes = { 'HMAC-SHA1': 'sha1', 'HMAC-SHA256': 'sha256' } as const
export type V1Method = keyof typeof v1Hashes

/** The verdict: the parameters as they were signed, or what we would have signed. */
export type Verdict =
  | { readonly matches: true; readonly parameters: ParameterMap }
  | { readonly matches: false; readonly stringToSign: string }

/** A V1 request as it is judged. */
export interface V1Request {
  /** The HTTP method, upper case. */
  readonly method: string
  readonly signatureMethod: V1Method
  /** Base64. */
  readonly signature: string
  /** Everything from query and form body, `+` in the query taken literally. */
  readonly parameters: ParameterMap
  /** The same with `+` in the query read as space; absent when there is none. */
  readonly withPlusAsSpace: (() => ParameterMap) | undefined
}

/**
 * Judges a V1 signature. When it does not match, the request is read again as tolerantly as known clients need: `+` in
 * the query as a space; without the parameters that have no value, which some clients send but do not sign. The
 * verdict holds the reading that was signed: nothing unsigned gets through.
 */
export function verifyV1(request: V1Request, secret: string): Verdict {
  for (const parameters of readings(request)) {
    const stringToSign = v1StringToSign(request.method, parameters)
    if (sameText(request.signature, v1Signature(request.signatureMethod, secret, stringToSign))) {
      return { matches: true, parameters }
    }
  }
  return { matches: false, stringToSign: v1StringToSign(request.method, request.parameters) }
}

/** Base64 of the HMAC under the secret followed by `&`. */
export function v1Signature(method: V1Method, secret: string, stringToSign: string): string {
  return createHmac(v1Hashes[method], `${secret}&`).update(stringToSign).digest('base64')
}

/**
 * Judges an ACS3-HMAC-SHA256 signature.
 *
 * @param signature lower-case hex
 */
export function verifyV3(request: V3Request, signature: string, secret: string): Verdict {
  const stringToSign = v3StringToSign(v3CanonicalRequest(request))
  return sameText(signature, v3Signature(secret, stringToSign))
    ? { matches: true, parameters: request.query }
    : { matches: false, stringToSign }
}

/** Lower-case hex of the HMAC under the bare secret. */
export function v3Signature(secret: string, stringToSign: string): string {
  return createHmac('sha256', secret).update(stringToSign).digest('hex')
}

function* readings(request: V1Request): Generator<ParameterMap> {
  yield request.parameters
  const spaced = request.withPlusAsSpace?.()
  if (spaced !== undefined) yield spaced
  for (const parameters of spaced === undefined ? [request.parameters] : [request.parameters, spaced]) {
    const valued = new Map([...parameters].filter(([, value]) => value !== ''))
    if (valued.size < parameters.size) yield valued
  }
}

/** Compares in a time that depends on the length alone. */
function sameText(given: string, expected: string): boolean {
  const left = Buffer.from(given)
  const right = Buffer.from(expected)
  return left.length === right.length && timingSafeEqual(left, right)
}
