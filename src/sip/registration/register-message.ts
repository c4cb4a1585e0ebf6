import { formatAddress, parseAddress } from '../message/address.ts'
import { Headers } from '../message/headers.ts'
import { newCallId, newTag } from '../message/identifiers.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import { splitOutside } from '../message/token.ts'
import { formatUri, parseUri, type SipUri, sameUri } from '../message/uri.ts'
import type { SipListener, SipTarget } from '../sip-target.ts'
import { targetUri } from '../target-uri.ts'
import type { RegisterRequest } from './registration.types.ts'

/** What stays the same for all REGISTERs of a registration (RFC 3261 §10.2.4); `seq` counts them. */
export interface RegisterIdentity {
  readonly callId: string
  readonly tag: string
  seq: number
}

export function registerIdentity(host: string): RegisterIdentity {
  return { callId: newCallId('register', host), tag: newTag(), seq: 0 }
}

/** The address of record: `sip:user@domain`. */
export function addressOfRecord({ user, domain }: RegisterRequest, target: SipTarget | undefined): string {
  const host = domain ?? (target?.domain ?? target)?.host ?? 'invalid.invalid'
  return formatUri({ scheme: 'sip', user, host: host.toLowerCase(), params: new Map() })
}

/** Where calls to the address of record come in. */
export function contactUri({ user, contactUser = user }: RegisterRequest, local: SipListener): SipUri {
  const params = new Map(local.transport === 'udp' ? [] : [['transport', local.transport]])
  return { scheme: 'sip', user: contactUser, host: local.host, port: local.port, params }
}

/** What one REGISTER says beyond what stays the same. */
export interface RegisterParts {
  target: SipTarget
  contact: SipUri
  /** Where calls came in before: taken back. */
  gone?: SipUri | undefined
  /** 0 takes the Contact back. */
  expiresSeconds: number
  product: string
}

/** The next REGISTER (RFC 3261 §10.2), without credentials. */
export function writeRegister(request: RegisterRequest, identity: RegisterIdentity, parts: RegisterParts): SipRequest {
  const { target, contact, gone, expiresSeconds, product } = parts
  const uri = registrarUri(request, target)
  const record = addressOfRecord(request, target)
  const headers = Headers.of([
    ['max-forwards', '70'],
    ['from', formatAddress({ uri: record, params: new Map([['tag', identity.tag]]) })],
    ['to', formatAddress({ uri: record, params: new Map() })],
    ['call-id', identity.callId],
    ['cseq', `${++identity.seq} REGISTER`],
    contactHeader(contact, expiresSeconds),
    ...(gone === undefined ? [] : [contactHeader(gone, 0)]),
    ['expires', String(expiresSeconds)],
    // RFC 3327 §5.1: who supports it is told the way back.
    ['supported', 'path'],
    ['user-agent', product],
  ])
  return { kind: 'request', method: 'REGISTER', uri, headers, body: '' }
}

function contactHeader(contact: SipUri, expiresSeconds: number): [name: string, value: string] {
  return ['contact', formatAddress({ uri: formatUri(contact), params: new Map([['expires', String(expiresSeconds)]]) })]
}

/** RFC 3261 §10.2: the domain, without a user. */
function registrarUri({ domain }: RegisterRequest, target: SipTarget): string {
  if (domain !== undefined) return formatUri({ scheme: 'sip', host: domain.toLowerCase(), params: new Map() })
  const uri = targetUri(target)
  delete uri.user
  return formatUri(uri)
}

/**
 * How long the registration holds, seconds (RFC 3261 §10.2.4): the registrar lists every Contact of the address of record, each
 * with its own time. When ours is not recognisable among them (some registrars rewrite it), the shortest of all counts.
 *
 * @param askedSeconds what was asked for: counts when nothing is said
 */
export function grantedSeconds({ headers }: SipResponse, contact: SipUri, askedSeconds: number): number {
  const whole = numberIn(headers.first('expires'))
  const listed = headers.all('contact').flatMap((line) => splitOutside(line, ','))
  const times: number[] = []
  for (const value of listed) {
    const address = parseAddress(value)
    const uri = parseUri(address?.uri ?? '')
    if (address === undefined || uri === undefined) continue
    const seconds = numberIn(address.params.get('expires')) ?? whole ?? askedSeconds
    if (sameUri(uri, contact)) return seconds
    times.push(seconds)
  }
  return times.length > 0 ? Math.min(...times) : (whole ?? askedSeconds)
}

/** A header with one whole number, as Min-Expires (RFC 3261 §20.23) and the beginning of Retry-After (§20.33). */
export function numberIn(value: string | undefined): number | undefined {
  const digits = /^\s*(\d{1,9})(?!\d)/.exec(value ?? '')?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/** The values of a list header, nearest first. */
export function listed({ headers }: SipResponse, name: string): string[] {
  return headers.all(name).flatMap((line) => splitOutside(line, ','))
}
