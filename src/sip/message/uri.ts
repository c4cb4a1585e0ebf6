import { percentDecoded } from '../../lib/decode-text.ts'
import { formatHostPort, parseHostPort } from './host-port.ts'
import { type Params, parseParams } from './params.ts'

/** A `sip:` or `sips:` URI (RFC 3261 §19.1). */
export interface SipUri {
  scheme: 'sip' | 'sips'
  /** Escapes undone; absent when there is no user part. */
  user?: string
  /** Lower case; IPv6 without brackets. */
  host: string
  port?: number
  /** Names in lower case, escapes undone (RFC 3261 §19.1.4). */
  params: Params
  /** What follows the `?`, as it stands: only meaningful in URIs that are about to be called. */
  headers?: string
}

/** Reads a SIP URI; `undefined` when it is none. */
export function parseUri(text: string): SipUri | undefined {
  const colon = text.indexOf(':')
  const scheme = text.slice(0, colon).toLowerCase()
  if (scheme !== 'sip' && scheme !== 'sips') return undefined
  let rest = text.slice(colon + 1)
  const uri: SipUri = { scheme, host: '', params: new Map() }
  // A user part may hold `;` and `?`, so the `@` is looked for first; hosts and parameters have none unescaped.
  const at = rest.lastIndexOf('@')
  if (at >= 0) {
    const userinfo = rest.slice(0, at)
    const password = userinfo.indexOf(':')
    uri.user = unescaped(password < 0 ? userinfo : userinfo.slice(0, password))
    if (uri.user === '') return undefined
    rest = rest.slice(at + 1)
  }
  const question = rest.indexOf('?')
  if (question >= 0) {
    uri.headers = rest.slice(question + 1)
    rest = rest.slice(0, question)
  }
  const semicolon = rest.indexOf(';')
  const hostPort = parseHostPort(semicolon < 0 ? rest : rest.slice(0, semicolon))
  if (hostPort === undefined) return undefined
  uri.host = hostPort.host
  if (hostPort.port !== undefined) uri.port = hostPort.port
  if (semicolon >= 0) uri.params = unescapedParams(parseParams(rest.slice(semicolon)))
  return uri
}

/** Writes a URI; characters that the user part may not hold are escaped. A password is never written. */
export function formatUri(uri: SipUri): string {
  const user = uri.user === undefined ? '' : `${escapedUser(uri.user)}@`
  const headers = uri.headers === undefined ? '' : `?${uri.headers}`
  return `${uri.scheme}:${user}${formatHostPort(uri)}${escapedParams(uri.params)}${headers}`
}

/** RFC 3261 §19.1.4: these must be equal, or absent on both sides. */
const weightyParams = ['user', 'ttl', 'method', 'maddr', 'transport']

/** Whether two URIs mean the same (RFC 3261 §19.1.4). */
export function sameUri(one: SipUri, other: SipUri): boolean {
  if (one.scheme !== other.scheme || one.user !== other.user) return false
  if (one.host !== other.host || one.port !== other.port) return false
  if ((one.headers ?? '').toLowerCase() !== (other.headers ?? '').toLowerCase()) return false
  const names = new Set([...one.params.keys(), ...other.params.keys()])
  for (const name of names) {
    const here = one.params.get(name)
    const there = other.params.get(name)
    if (here === undefined || there === undefined) {
      if (weightyParams.includes(name)) return false
    } else if (here.toLowerCase() !== there.toLowerCase()) return false
  }
  return true
}

// RFC 3261 §25.1: unreserved and user-unreserved.
const needsEscape = /[^A-Za-z0-9\-_.!~*'()&=+$,;?/]/gu

// RFC 3261 §25.1: unreserved and param-unreserved.
const needsEscapeInParam = /[^A-Za-z0-9\-_.!~*'()[\]/:&+$]/gu

function escapedUser(user: string): string {
  return user.replace(needsEscape, escapedLetter)
}

function escapedParams(params: Params): string {
  let text = ''
  for (const [name, value] of params) {
    const shown = name.replace(needsEscapeInParam, escapedLetter)
    text += value === '' ? `;${shown}` : `;${shown}=${value.replace(needsEscapeInParam, escapedLetter)}`
  }
  return text
}

function escapedLetter(letter: string): string {
  return [...Buffer.from(letter)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
}

function unescapedParams(params: Params): Params {
  return new Map([...params].map(([name, value]) => [unescaped(name).toLowerCase(), unescaped(value)]))
}

/** What is not UTF-8, or has no hex digits behind a percent sign, is itself the best name that the user has. */
function unescaped(text: string): string {
  return text.includes('%') ? (percentDecoded(text) ?? text) : text
}
