import { quoted, splitOutside, unquoted } from '../message/token.ts'

/** Fields of a challenge or of credentials (RFC 3261 §20.7, §20.44): lower-case names, values without quotes. */
export type DigestFields = Map<string, string>

/** Reads `Digest realm="x", nonce="y", …`; `undefined` for any other scheme. */
export function parseDigest(value: string): DigestFields | undefined {
  const match = /^\s*Digest\s+(.*)$/is.exec(value)
  if (match === null) return undefined
  const fields: DigestFields = new Map()
  for (const part of splitOutside(match[1] ?? '', ',')) {
    const equals = part.indexOf('=')
    if (equals > 0) fields.set(part.slice(0, equals).trim().toLowerCase(), unquoted(part.slice(equals + 1).trim()))
  }
  return fields
}

/** RFC 3261 §25.1: these values stand without quotes. */
const bareFields = new Set(['algorithm', 'nc', 'stale'])

/** Writes the value of a challenge or of credentials. `qop` is a quoted list in a challenge and a bare word in credentials. */
export function formatDigest(fields: DigestFields, kind: 'challenge' | 'credentials'): string {
  const isBare = (name: string) => bareFields.has(name) || (name === 'qop' && kind === 'credentials')
  const parts = [...fields].map(([name, value]) => `${name}=${isBare(name) ? value : quoted(value)}`)
  return `Digest ${parts.join(', ')}`
}
