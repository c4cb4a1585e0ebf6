import { percentDecoded } from '../../lib/decode-text.ts'
import { MnsError } from './mns-errors.ts'
import { resourceForms } from './string-to-sign.ts'

/** What a request is about: all queues, one queue, or the messages in it. */
export type MnsResource =
  | { readonly kind: 'queues' }
  | { readonly kind: 'queue'; readonly queue: string }
  | { readonly kind: 'messages'; readonly queue: string }

/** Query parameters by lower-case name: clients spell them in several cases. The first of two counts. */
export type MnsQuery = ReadonlyMap<string, string>

/**
 * Reads path and query of a request target in any of the forms clients send.
 *
 * @throws {MnsError} InvalidRequestURL, InvalidQueryString
 */
export function readTarget(target: string): { resource: MnsResource; query: MnsQuery } {
  const local = resourceForms(target).at(-1) ?? target
  const mark = local.indexOf('?')
  const path = mark < 0 ? local : local.slice(0, mark)
  return { resource: readPath(path), query: readQuery(mark < 0 ? '' : local.slice(mark + 1)) }
}

function readPath(path: string): MnsResource {
  const [, root, name, messages, ...rest] = path.replace(/\/$/, '').split('/')
  if (root !== 'queues' || rest.length > 0) throw new MnsError('InvalidRequestURL')
  if (name === undefined) return { kind: 'queues' }
  const queue = decode(name, 'InvalidRequestURL')
  if (messages === undefined) return { kind: 'queue', queue }
  if (messages !== 'messages') throw new MnsError('InvalidRequestURL')
  return { kind: 'messages', queue }
}

function readQuery(text: string): MnsQuery {
  const query = new Map<string, string>()
  for (const pair of text.split('&')) {
    if (pair === '') continue
    // Receipt handles end in raw `=`, and hold raw `+` that means itself.
    const equals = pair.indexOf('=')
    const name = decode(equals < 0 ? pair : pair.slice(0, equals), 'InvalidQueryString').toLowerCase()
    const value = equals < 0 ? '' : decode(pair.slice(equals + 1), 'InvalidQueryString')
    if (!query.has(name)) query.set(name, value)
  }
  return query
}

function decode(text: string, code: 'InvalidRequestURL' | 'InvalidQueryString'): string {
  const decoded = percentDecoded(text)
  if (decoded === undefined) throw new MnsError(code)
  return decoded
}

/**
 * A whole number from the query.
 *
 * @returns `undefined` when the parameter is absent
 * @throws {MnsError} InvalidArgument
 */
export function integerParameter(query: MnsQuery, name: string, min: number, max: number): number | undefined {
  const text = query.get(name.toLowerCase())
  if (text === undefined) return undefined
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= min && value <= max)) {
    throw new MnsError('InvalidArgument', `${name} must be a whole number from ${min} to ${max}.`)
  }
  return value
}
