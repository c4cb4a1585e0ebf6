import { acceptedTypes, allowedMethods } from './dialog/call-tools.ts'
import type { SipRequest } from './message/message.ts'
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
  /** Whether a host is this end's own: for others a request would have to be passed on. */
  isOwnHost: (host: string) => boolean
}

type Rule = (request: SipRequest, facts: RuleFacts) => Refusal | undefined

/** Methods of other RFCs: known, but not for a user agent that only makes calls. */
const foreignMethods = new Set(['REGISTER', 'SUBSCRIBE', 'NOTIFY', 'PUBLISH', 'MESSAGE', 'REFER', 'PRACK'])

const served = new Set(allowedMethods.split(', '))

/** The checks of RFC 3261 §8.2 in its order; the first refusal counts. */
const rules: readonly Rule[] = [
  ({ method }) => {
    if (served.has(method)) return undefined
    const status = foreignMethods.has(method) ? 405 : 501
    return { status, headers: [['allow', allowedMethods]] }
  },
  ({ uri }) => (/^sips?:/i.test(uri) ? undefined : { status: 416 }),
  ({ uri }) => (parseUri(uri) === undefined ? { status: 400 } : undefined),
  (_, { isMerged }) => (isMerged ? { status: 482 } : undefined),
  ({ uri, headers }, { isOwnHost }) => {
    // RFC 3261 §16.3: only who would have to pass the request on may refuse it for its hops.
    const isSpent = headers.first('max-forwards') === '0' && !isOwnHost(parseUri(uri)?.host ?? '')
    return isSpent ? { status: 483 } : undefined
  },
  ({ headers }) => {
    const required = headers.all('require').flatMap((line) => splitOutside(line, ','))
    return required.length === 0 ? undefined : { status: 420, headers: [['unsupported', required.join(', ')]] }
  },
  ({ headers, body }) => {
    const encoding = (headers.first('content-encoding') ?? 'identity').toLowerCase()
    return body === '' || encoding === 'identity'
      ? undefined
      : { status: 415, headers: [['accept-encoding', 'identity']] }
  },
  ({ method, headers, body }) => {
    if (body === '' || (method !== 'INVITE' && method !== 'UPDATE')) return undefined
    const type = (headers.first('content-type') ?? 'application/sdp').split(';')[0]?.trim().toLowerCase()
    return type === 'application/sdp' ? undefined : { status: 415, headers: [['accept', acceptedTypes]] }
  },
]

/** The refusal a request deserves, if any. */
export function refusalOf(request: SipRequest, facts: RuleFacts): Refusal | undefined {
  for (const rule of rules) {
    const refusal = rule(request, facts)
    if (refusal !== undefined) return refusal
  }
  return undefined
}
