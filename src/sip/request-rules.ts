import { acceptedTypes } from './dialog/call-tools.ts'
import type { SipRequest } from './message/message.ts'
import { allowedMethods, methodStanding } from './message/methods.ts'
import { speaks, unsupportedTags } from './message/option-tags.ts'
import { leastSessionSeconds, readSessionExpires } from './message/session-expires.ts'
import { splitOutside } from './message/token.ts'
import { parseUri } from './message/uri.ts'

/** Why a request is refused before anybody hears of it. */
export interface Refusal {
  status: number
  headers?: readonly (readonly [name: string, value: string])[]
}

/** What a rule needs to know beyond the request. */
export interface RuleFacts {
  /** The same request came before by another way (RFC 3261 §8.2.2.2). */
  isMerged: boolean
}

type Rule = (request: SipRequest, facts: RuleFacts) => Refusal | undefined

/**
 * The checks of RFC 3261 §8.2 in its order, after the one thing that makes a request malformed: a SIP Request-URI that
 * cannot be read, or with headers in it (§19.1.1). The first refusal counts. Max-Forwards is not among them: who passes
 * nothing on serves a request whose hops are spent like any other (RFC 4475 §3.3.11).
 */
const rules: readonly Rule[] = [
  ({ uri }) => {
    const parsed = isSip(uri) ? parseUri(uri) : undefined
    return isSip(uri) && (parsed === undefined || parsed.headers !== undefined) ? { status: 400 } : undefined
  },
  ({ method }) => {
    const standing = methodStanding(method)
    if (standing === 'served') return undefined
    return { status: standing === 'foreign' ? 405 : 501, headers: [['allow', allowedMethods]] }
  },
  ({ uri }) => (isSip(uri) ? undefined : { status: 416 }),
  (_, { isMerged }) => (isMerged ? { status: 482 } : undefined),
  ({ headers }) => {
    const unsupported = unsupportedTags(headers)
    return unsupported.length === 0 ? undefined : { status: 420, headers: [['unsupported', unsupported.join(', ')]] }
  },
  ({ headers, body }) => {
    const encoding = (headers.first('content-encoding') ?? 'identity').toLowerCase()
    return body === '' || encoding === 'identity'
      ? undefined
      : { status: 415, headers: [['accept-encoding', 'identity']] }
  },
  ({ method, headers, body }) => {
    if (body === '' || !carriesDescription.has(method)) return undefined
    const type = mediaType(headers.first('content-type') ?? 'application/sdp')
    return type === 'application/sdp' ? undefined : { status: 415, headers: [['accept', acceptedTypes]] }
  },
  ({ method, headers }) => {
    // RFC 3261 §20.1: without Accept a caller takes SDP; with one that leaves it out, no answer could be given.
    if (method !== 'INVITE' || headers.count('accept') === 0) return undefined
    const types = headers.all('accept').flatMap((line) => splitOutside(line, ','))
    return types.some((type) => sdpRanges.has(mediaType(type))) ? undefined : { status: 406 }
  },
  ({ method, headers }) => {
    // RFC 4028 §9: only who knows what 422 means gets it.
    const wanted = method === 'INVITE' || method === 'UPDATE' ? readSessionExpires(headers)?.seconds : undefined
    if (wanted === undefined || wanted >= leastSessionSeconds || !speaks(headers, 'timer')) return undefined
    return { status: 422, headers: [['min-se', String(leastSessionSeconds)]] }
  },
]

/** Methods whose body is a session description or nothing. */
const carriesDescription = new Set(['INVITE', 'UPDATE', 'PRACK'])

const sdpRanges = new Set(['application/sdp', 'application/*', '*/*'])

/** The refusal a request deserves, if any. */
export function refusalOf(request: SipRequest, facts: RuleFacts): Refusal | undefined {
  for (const rule of rules) {
    const refusal = rule(request, facts)
    if (refusal !== undefined) return refusal
  }
  return undefined
}

function isSip(uri: string): boolean {
  return /^sips?:/i.test(uri)
}

/** `type/subtype` of a media type, without parameters. */
function mediaType(value: string): string {
  return (value.split(';')[0] ?? '').replace(/\s/g, '').toLowerCase()
}
