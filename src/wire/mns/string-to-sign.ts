import { createHmac } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** The parts of a request that its signature covers. */
export interface SignedParts {
  readonly method: string
  /** The request target exactly as it stood on the request line. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
}

/** base64(HMAC-SHA1(secret, text)): nothing is added to the secret. */
export function sign(secret: string, stringToSign: string): string {
  return createHmac('sha1', secret).update(stringToSign, 'utf8').digest('base64')
}

/**
 * The strings that a client may have signed for this request, the literal one first. Clients in the field differ:
 * one sends `http://host/queues/…` and signs the path only, one sends `//queues/…?` and signs `/queues/…`, one squeezes
 * the spaces in its headers, and a browser cannot send the Date it signed.
 */
export function stringsToSign(parts: SignedParts): string[] {
  const strings = new Set<string>()
  for (const resource of resourceForms(parts.target)) {
    for (const squeeze of [false, true]) {
      for (const date of signedDates(parts.headers)) strings.add(stringToSign(parts, resource, date, squeeze))
    }
  }
  return [...strings]
}

function stringToSign({ method, headers }: SignedParts, resource: string, date: string, squeeze: boolean): string {
  return [
    method,
    headers['content-md5'] ?? '',
    headers['content-type'] ?? '',
    date,
    ...mnsHeaders(headers, squeeze),
    resource,
  ].join('\n')
}

/** `name:value` of each x-mns-* header, sorted by name. */
function mnsHeaders(headers: IncomingHttpHeaders, squeeze: boolean): string[] {
  const names = Object.keys(headers).filter((name) => name.startsWith('x-mns-'))
  return names.sort().map((name) => {
    const value = String(headers[name])
    return `${name}:${squeeze ? value.replace(/\s+/g, ' ') : value}`
  })
}

function signedDates(headers: IncomingHttpHeaders): string[] {
  if (headers.date !== undefined) return [headers.date]
  return [String(headers['x-mns-date'] ?? ''), '']
}

/** The target as sent, without scheme and host, and with a double slash and an empty query mended. */
export function resourceForms(target: string): string[] {
  const local = withoutOrigin(target)
  const mended = local.replace(/^\/\/+/, '/').replace(/\?$/, '')
  return [...new Set([target, local, mended])]
}

/** Path and query of an absolute-form target (RFC 9112 §3.2.2). */
function withoutOrigin(target: string): string {
  const origin = /^https?:\/\/[^/?#]*/i.exec(target)?.[0]
  if (origin === undefined) return target
  const rest = target.slice(origin.length)
  return rest.startsWith('/') ? rest : `/${rest}`
}
