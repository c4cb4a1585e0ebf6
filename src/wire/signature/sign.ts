import { canonicalQuery } from './canonical-query.ts'
import { v1StringToSign } from './string-to-sign.ts'
import { writeTimestamp } from './timestamp.ts'
import { v1Signature } from './verify.ts'

/** A request to be signed by V1 (HMAC-SHA1) and sent by GET. */
export interface UnsignedCall {
  /** Scheme, host and port: `http://127.0.0.1:8080`. */
  readonly endpoint: string
  readonly action: string
  readonly accessKeyId: string
  readonly secret: string
  /** Business parameters. */
  readonly parameters: Readonly<Record<string, string | number | boolean>>
  /** Wall milliseconds. */
  readonly now: number
  /** Different for every request; a random UUID by default. */
  readonly nonce?: string
  readonly format?: 'JSON' | 'XML'
  readonly securityToken?: string
}

/** The URL that carries a signed request: what a client of ours fetches with GET. */
export function signedUrl(call: UnsignedCall): string {
  const parameters = new Map<string, string>([
    ...Object.entries(call.parameters).map(([name, value]): [string, string] => [name, String(value)]),
    ['Action', call.action],
    ['Version', '2017-05-25'],
    ['Format', call.format ?? 'JSON'],
    ['AccessKeyId', call.accessKeyId],
    ['SignatureMethod', 'HMAC-SHA1'],
    ['SignatureVersion', '1.0'],
    ['SignatureNonce', call.nonce ?? crypto.randomUUID()],
    ['Timestamp', writeTimestamp(call.now)],
  ])
  if (call.securityToken !== undefined) parameters.set('SecurityToken', call.securityToken)
  parameters.set('Signature', v1Signature('HMAC-SHA1', call.secret, v1StringToSign('GET', parameters)))
  return `${call.endpoint.replace(/\/$/, '')}/?${canonicalQuery(parameters)}`
}
