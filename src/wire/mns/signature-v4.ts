import { createHmac } from 'node:crypto'
import { percentDecoded } from '../../lib/decode-text.ts'
import type { V4Claim } from './authorization.ts'
import { resourceForms, type SignedParts } from './string-to-sign.ts'

/** `MNS4-HMAC-SHA256`, the signature that newer clients can be switched to. */
const prefix = 'MNS4-HMAC-SHA256'
const suffix = 'aliyun_v4_request'
/** Clients read the clock twice, once for the Date header and once for the string to sign. */
const clockReadsApartMs = [0, 1_000, -1_000]

/**
 * The signatures that a request may carry, the likeliest first.
 *
 * @param at the request's date, wall milliseconds
 */
export function signaturesV4(parts: SignedParts, claim: V4Claim, secret: string, at: number): string[] {
  const key = signingKey(secret, claim)
  return stringsToSignV4(parts, claim, at).map((text) => createHmac('sha256', key).update(text, 'utf8').digest('hex'))
}

/** The strings that a client may have signed; the canonical request is part of them as it is, not hashed. */
export function stringsToSignV4(parts: SignedParts, { day, region }: V4Scope, at: number): string[] {
  const canonical = canonicalRequest(parts)
  return clockReadsApartMs
    .map((apartMs) => isoTime(at + apartMs))
    .filter((time) => time.startsWith(day))
    .map((time) => `${prefix}\n${time}\n${day}/${region}/mns/${suffix}\n${canonical}`)
}

type V4Scope = Pick<V4Claim, 'day' | 'region'>

/** A key that is good for one day, region and product. */
function signingKey(secret: string, { day, region }: V4Scope): Buffer {
  let key: Buffer | string = `aliyun_v4${secret}`
  for (const step of [day, region, 'mns', suffix]) key = createHmac('sha256', key).update(step, 'utf8').digest()
  return Buffer.from(key)
}

/** Method, path, query and headers, each in the one spelling that both sides know, and an empty line. */
function canonicalRequest({ method, target, headers }: SignedParts): string {
  const local = resourceForms(target).at(-1) ?? target
  const mark = local.indexOf('?')
  const path = mark < 0 ? local : local.slice(0, mark)
  const query = mark < 0 ? '' : local.slice(mark + 1)
  const signed = Object.keys(headers).filter(isSigned).sort()
  const lines = signed.map((name) => `${name}:${String(headers[name]).trim()}\n`)
  return `${method}\n${canonicalPath(path)}\n${canonicalQuery(query)}\n${lines.join('')}\n`
}

function isSigned(name: string): boolean {
  return name === 'content-type' || name === 'content-md5' || name.startsWith('x-mns-')
}

function canonicalPath(path: string): string {
  return path
    .split('/')
    .map((segment) => encode(decode(segment)))
    .join('/')
}

/** `name=value` sorted by name, names in lower case; a name without a value stands alone. The last of two counts. */
function canonicalQuery(query: string): string {
  const pairs = new Map<string, string>()
  for (const pair of query.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = decode(equals < 0 ? pair : pair.slice(0, equals))
    const value = equals < 0 ? '' : decode(pair.slice(equals + 1))
    pairs.set(encode(name.trim().toLowerCase()), encode(value.trim()))
  }
  return [...pairs]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .join('&')
}

/** RFC 3986 §2.3: everything but the unreserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** What cannot be decoded stands for itself; the request is refused later, when its target is read. */
function decode(text: string): string {
  return percentDecoded(text) ?? text
}

/** `20240102T030405Z`. */
function isoTime(at: number): string {
  return new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, '')
}
