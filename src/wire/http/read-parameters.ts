import { createHash } from 'node:crypto'
import { percentDecoded, utf8Decoded } from '../../lib/decode-text.ts'
import { GatewayError } from '../../operations/gateway-errors.ts'
import type { ParameterMap } from '../signature/canonical-query.ts'
import type { Inbound } from './inbound.ts'

export const maxParameters = 1000

/**
 * The parameters of query and form body together, decoded.
 *
 * @param plusInQuery what `+` means in the query; in a form it is always a space
 * @throws {GatewayError} for broken encoding, a name that comes twice, or more than 1,000 parameters
 */
export function readParameters(query: string, form: string, plusInQuery: 'plus' | 'space'): ParameterMap {
  const parameters = new Map<string, string>()
  addPairs(parameters, query, plusInQuery)
  if (form !== '') addPairs(parameters, form, 'space')
  return parameters
}

/** The query as text. Bytes above 0x7F, which belong percent-encoded, are taken as UTF-8. */
export function queryText(query: string): string {
  return beyondAscii.test(query) ? utf8(Buffer.from(query, 'latin1')) : query
}

const beyondAscii = /[^\p{ASCII}]/u

/**
 * The form in the body, undecoded. Empty without a body.
 *
 * @throws {GatewayError} when the body is no form, not in UTF-8, compressed, or differs from its Content-MD5
 */
export function formText({ headers, body }: Inbound): string {
  if (body.length === 0) return ''
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding.toLowerCase() !== 'identity' || !isUtf8Form(headers['content-type'])) {
    throw new GatewayError('UnsupportedMediaType')
  }
  const md5 = headers['content-md5']
  if (typeof md5 === 'string' && md5 !== createHash('md5').update(body).digest('base64')) {
    throw new GatewayError('ContentMD5NotMatched')
  }
  return utf8(body)
}

/** A body without a type is taken as a form: some hand-written clients send none. */
function isUtf8Form(contentType = 'application/x-www-form-urlencoded'): boolean {
  const [type = '', ...parameters] = contentType.toLowerCase().split(';')
  if (type.trim() !== 'application/x-www-form-urlencoded') return false
  const charset = parameters.map((one) => one.trim()).find((one) => one.startsWith('charset='))
  return charset === undefined || /^charset="?(?:utf-?8|us-ascii)"?$/.test(charset)
}

function addPairs(parameters: Map<string, string>, text: string, plus: 'plus' | 'space'): void {
  for (let start = 0; start < text.length; ) {
    const ampersand = text.indexOf('&', start)
    const end = ampersand === -1 ? text.length : ampersand
    if (end > start) addPair(parameters, text.slice(start, end), plus)
    start = end + 1
  }
}

function addPair(parameters: Map<string, string>, pair: string, plus: 'plus' | 'space'): void {
  const equals = pair.indexOf('=')
  const name = decode(equals === -1 ? pair : pair.slice(0, equals), plus)
  if (parameters.has(name)) throw new GatewayError('InvalidParameter.Duplicate', { parameter: shown(name) })
  if (parameters.size === maxParameters) throw new GatewayError('InvalidParameter.TooMany')
  parameters.set(name, equals === -1 ? '' : decode(pair.slice(equals + 1), plus))
}

function decode(text: string, plus: 'plus' | 'space'): string {
  const spaced = plus === 'space' && text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  return orRefused(percentDecoded(spaced))
}

function utf8(bytes: Uint8Array): string {
  return orRefused(utf8Decoded(bytes))
}

function orRefused(decoded: string | undefined): string {
  if (decoded === undefined) throw new GatewayError('InvalidParameter.Encoding')
  return decoded
}

/** A name as it may stand in a message. */
function shown(name: string): string {
  return name.length <= 64 ? name : `${name.slice(0, 64)}…`
}
