import { createHash } from 'node:crypto'
import type { DigestFields } from './digest-fields.ts'

/** Hash functions of RFC 8760 §2.2 by the names of their tokens; `-sess` variants are derived. */
const hashes: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-256': 'sha256',
  'SHA-512-256': 'sha512-256',
}

/** Whether this end can compute a digest by that algorithm; no name means MD5. */
export function knowsAlgorithm(algorithm: string | undefined): boolean {
  return hashes[hashName(algorithm)] !== undefined
}

/**
 * The `response` of a digest (RFC 7616 §3.4.1), for `qop=auth` and for challenges without qop.
 *
 * @param fields of the credentials: realm, nonce, uri, algorithm, qop, nc, cnonce
 * @throws {RangeError} for an algorithm that `knowsAlgorithm` denies
 */
export function digestResponse(
  fields: DigestFields,
  credentials: { username: string; password: string },
  method: string,
): string {
  const algorithm = fields.get('algorithm')
  const name = hashes[hashName(algorithm)]
  if (name === undefined) throw new RangeError(`unknown digest algorithm ${algorithm}`)
  const hash = (text: string) => createHash(name).update(text).digest('hex')
  const field = (key: string) => fields.get(key) ?? ''

  let secret = hash(`${credentials.username}:${field('realm')}:${credentials.password}`)
  if (algorithm?.toLowerCase().endsWith('-sess')) secret = hash(`${secret}:${field('nonce')}:${field('cnonce')}`)
  const what = hash(`${method}:${field('uri')}`)
  const qop = fields.get('qop')
  if (qop === undefined) return hash(`${secret}:${field('nonce')}:${what}`)
  return hash(`${secret}:${field('nonce')}:${field('nc')}:${field('cnonce')}:${qop}:${what}`)
}

function hashName(algorithm: string | undefined): string {
  return (algorithm ?? 'MD5').toUpperCase().replace(/-SESS$/, '')
}
