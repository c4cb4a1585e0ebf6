import { formatParams, type Params, parseParams } from './params.ts'
import { codes, isToken, quoted, unquoted } from './token.ts'

/** The value of From, To, Contact, Route and their like (RFC 3261 §20.10): who, where, and header parameters. */
export interface Address {
  /** Without quotes; absent when there is none. */
  displayName?: string
  /** Any URI, as text. */
  uri: string
  params: Params
}

/** No address is longer; it is read several times on the way of a message. */
const mostAddressLetters = 8192

/**
 * Reads `"Name" <uri>;params`, `Name <uri>`, or `uri;params`; `undefined` when it is none of these, or longer than 8,192
 * letters.
 */
export function parseAddress(text: string): Address | undefined {
  if (text.length > mostAddressLetters) return undefined
  const open = bracketOf(text)
  if (open === undefined) return undefined
  if (open < 0) {
    // RFC 3261 §20.10: without brackets, what follows the semicolon belongs to the header.
    const semicolon = text.indexOf(';')
    const uri = (semicolon < 0 ? text : text.slice(0, semicolon)).trim()
    if (!isUriText(uri) || /[,?]/.test(uri)) return undefined
    return { uri, params: semicolon < 0 ? new Map() : parseParams(text.slice(semicolon)) }
  }
  const close = text.indexOf('>', open)
  // RFC 3261 §25.1: no white space inside the brackets.
  const uri = text.slice(open + 1, close)
  if (close < 0 || !isUriText(uri)) return undefined
  const rest = text.slice(close + 1).trim()
  if ((rest !== '' && rest[0] !== ';') || bracketOf(rest) === undefined) return undefined
  const address: Address = { uri, params: parseParams(rest) }
  const name = text.slice(0, open).trim()
  if (!isDisplayName(name)) return undefined
  if (name !== '') address.displayName = unquoted(name)
  return address
}

/** Writes an address, always in angle brackets. A display name that is no plain token is quoted. */
export function formatAddress({ displayName, uri, params }: Address): string {
  const name = displayName === undefined ? '' : `${isToken(displayName) ? displayName : quoted(displayName)} `
  return `${name}<${uri}>${formatParams(params)}`
}

/** The `tag` parameter of a From or To value; `undefined` without one, or when the value is no address. */
export function tagOf(value: string): string | undefined {
  return parseAddress(value)?.params.get('tag')
}

/** Position of the `<` outside the quoted display name; -1 without one; `undefined` when a quote never ends. */
function bracketOf(text: string): number | undefined {
  if (!text.includes('"')) return text.indexOf('<')
  let isQuoted = false
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (isQuoted && code === codes.backslash) index++
    else if (code === codes.quote) isQuoted = !isQuoted
    else if (code === codes.open && !isQuoted) return index
  }
  return isQuoted ? undefined : -1
}

/**
 * One quoted string, or words. RFC 3261 §25.1 asks for tokens, but phones send names in every script without quotes; what
 * cannot be told from a separator is refused.
 */
function isDisplayName(name: string): boolean {
  return name[0] === '"' ? isOneQuotedString(name) : !/[",;@>]/.test(name)
}

/** Whether the quote that opens the text is closed at its end, and not before. */
function isOneQuotedString(text: string): boolean {
  for (let index = 1; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === codes.backslash) index++
    else if (code === codes.quote) return index === text.length - 1
  }
  return false
}

function isUriText(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"]+$/.test(text)
}
