import { createHash } from 'node:crypto'
import { canonicalQuery, type ParameterMap, percentEncodeTwice, sortedNames } from './canonical-query.ts'

/**
 * What a V1 request signs: `METHOD&%2F&` and the canonical query, encoded once more.
 *
 * @param parameters everything from query and form body; `Signature` is left out here
 */
export function v1StringToSign(method: string, parameters: ParameterMap): string {
  // Encoding name and value twice and writing '=' and '&' as %3D and %26 equals encoding the joined query once more.
  let text = `${method}&%2F&`
  let separator = ''
  for (const name of sortedNames(parameters)) {
    if (name === 'Signature') continue
    text += `${separator}${percentEncodeTwice(name)}%3D${percentEncodeTwice(parameters.get(name) ?? '')}`
    separator = '%26'
  }
  return text
}

/** The parts of a V3 request that are signed. */
export interface V3Request {
  readonly method: string
  readonly path: string
  /** Query parameters only: a form body is signed by its hash. */
  readonly query: ParameterMap
  /** Header values by lower-case name. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Lower-case names, in the order of `SignedHeaders`. */
  readonly signedHeaders: readonly string[]
  readonly body: Uint8Array
}

/** The canonical request of V3, over the body that really came: a wrong `x-acs-content-sha256` cannot match. */
export function v3CanonicalRequest(request: V3Request): string {
  const headers = request.signedHeaders.map((name) => `${name}:${headerText(request.headers[name])}\n`).join('')
  return [
    request.method,
    request.path,
    canonicalQuery(request.query),
    headers,
    request.signedHeaders.join(';'),
    sha256Hex(request.body),
  ].join('\n')
}

/** What a V3 request signs: the algorithm and the hash of the canonical request. */
export function v3StringToSign(canonicalRequest: string): string {
  return `ACS3-HMAC-SHA256\n${sha256Hex(canonicalRequest)}`
}

/** Hash of an empty body, `e3b0c442…b855`: nearly every request has none. */
const emptySha256 = createHash('sha256').digest('hex')

function sha256Hex(data: string | Uint8Array): string {
  return data.length === 0 ? emptySha256 : createHash('sha256').update(data).digest('hex')
}

function headerText(value: string | readonly string[] | undefined): string {
  return typeof value === 'string' ? value.trim() : (value ?? []).join(',').trim()
}
