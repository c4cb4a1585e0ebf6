import { formatAddress, parseAddress } from '../message/address.ts'
import { Headers } from '../message/headers.ts'
import { formatHostPort } from '../message/host-port.ts'
import type { SipMessage, SipRequest, SipResponse } from '../message/message.ts'
import { splitOutside } from '../message/token.ts'
import { formatUri, parseUri } from '../message/uri.ts'
import type { Remote } from '../transport/transport.ts'
import type { Received } from '../transport/transports.ts'
import { remoteOf } from './remote-of.ts'

interface DialogParts {
  callId: string
  /** From value of our requests, tag included. */
  local: string
  /** To value of our requests, tag included. */
  remote: string
  remoteTag: string
  target: string
  /** Route values, nearest first. */
  routes: readonly string[]
  localSeq: number
  remoteSeq: number | undefined
  /** Where the far end was seen: used when its Contact cannot be read. */
  seen: Remote
  /** The far end's Allow as it stands; read when somebody asks, which is once in many calls. '' while it said nothing. */
  allow: string
}

/** The state that both ends of a call share (RFC 3261 §12): who they are, how far they have counted, and the way there. */
export class Dialog {
  readonly callId: string
  readonly remoteTag: string
  /** What the far end said last in this dialog, SDP; forks ring each with its own. */
  description: string | undefined
  /** Whether the offer of the INVITE has an answer that both ends can rely on: only then may there be another offer. */
  isAgreed = false
  /** What it refused although it had allowed it. */
  readonly #refused = new Set<string>()
  readonly #parts: DialogParts

  private constructor(parts: DialogParts) {
    this.callId = parts.callId
    this.remoteTag = parts.remoteTag
    this.#parts = parts
  }

  /** The caller's side, from the answer to its INVITE (RFC 3261 §12.1.2): the routes come in reverse. */
  static ofCaller(invite: SipRequest, { message, envelope, source }: Received<SipResponse>): Dialog {
    return new Dialog({
      callId: envelope.callId,
      local: invite.headers.first('from') ?? '',
      remote: message.headers.first('to') ?? '',
      remoteTag: envelope.toTag ?? '',
      target: contactOf(message) ?? invite.uri,
      routes: recordedRoutes(message).reverse(),
      localSeq: envelope.cseq.number,
      remoteSeq: undefined,
      seen: source,
      allow: allowOf(message),
    })
  }

  /** The callee's side, from the INVITE (RFC 3261 §12.1.1). */
  static ofCallee({ message, envelope, source }: Received<SipRequest>, localTag: string): Dialog {
    return new Dialog({
      callId: envelope.callId,
      local: `${message.headers.first('to')};tag=${localTag}`,
      remote: message.headers.first('from') ?? '',
      remoteTag: envelope.fromTag ?? '',
      // A Contact is required (RFC 3261 §8.1.1.8); without one the caller is where it called from.
      target: contactOf(message) ?? `sip:${formatHostPort(source)}`,
      routes: recordedRoutes(message),
      localSeq: 0,
      remoteSeq: envelope.cseq.number,
      seen: source,
      allow: allowOf(message),
    })
  }

  /** The number of our last request but ACK and CANCEL. */
  get localSeq(): number {
    return this.#parts.localSeq
  }

  /** The 2xx makes an early dialog a confirmed one: its way counts, and both ends count on (RFC 3261 §13.2.2.4). */
  confirmedBy({ message, source }: Received<SipResponse>): void {
    this.refreshTarget(message)
    this.#parts.routes = recordedRoutes(message).reverse()
    this.#parts.seen = source
  }

  /** Whether the far end said that it takes a method (RFC 3261 §20.5). */
  allows(method: string): boolean {
    return !this.#refused.has(method) && splitOutside(this.#parts.allow, ',').includes(method)
  }

  /** The far end refused a method that it had allowed. */
  disallow(method: string): void {
    this.#refused.add(method)
  }

  /** Whether a request comes in order; if so it is counted (RFC 3261 §12.2.2). */
  takesInOrder(cseqNumber: number): boolean {
    if (this.#parts.remoteSeq !== undefined && cseqNumber < this.#parts.remoteSeq) return false
    this.#parts.remoteSeq = cseqNumber
    return true
  }

  /** A target refresh (RFC 3261 §12.2.1.2, §12.2.2): the far end may have moved. */
  refreshTarget(message: SipMessage): void {
    this.#parts.target = contactOf(message) ?? this.#parts.target
    this.#parts.allow = allowOf(message) || this.#parts.allow
  }

  /** A new request in the dialog, numbered on (RFC 3261 §12.2.1.1). */
  request(method: string): { request: SipRequest; remote: Remote | undefined } {
    return this.#request(method, ++this.#parts.localSeq)
  }

  /** The ACK for a 2xx: numbered like the INVITE it acknowledges (RFC 3261 §13.2.2.4). */
  ack(inviteSeq: number): { request: SipRequest; remote: Remote | undefined } {
    return this.#request('ACK', inviteSeq)
  }

  #request(method: string, seq: number): { request: SipRequest; remote: Remote | undefined } {
    const { target, local, remote, callId, seen } = this.#parts
    const { uri, routes, hop } = this.#way(target)
    const headers = new Headers().add('max-forwards', '70')
    for (const route of routes) headers.add('route', route)
    headers.add('from', local).add('to', remote).add('call-id', callId).add('cseq', `${seq} ${method}`)
    return { request: { kind: 'request', method, uri, headers, body: '' }, remote: remoteOf(hop, seen) }
  }

  /** RFC 3261 §12.2.1.1: a first route without `lr` takes the place of the Request-URI and the target goes last. */
  #way(target: string): { uri: string; routes: readonly string[]; hop: string } {
    const { routes } = this.#parts
    const first = parseAddress(routes[0] ?? '')?.uri
    if (first === undefined) return { uri: target, routes: [], hop: target }
    if (parseUri(first)?.params.has('lr')) return { uri: target, routes, hop: first }
    return { uri: first, routes: [...routes.slice(1), formatAddress({ uri: target, params: new Map() })], hop: first }
  }
}

function allowOf({ headers }: SipMessage): string {
  return headers.count('allow') > 1 ? headers.all('allow').join(',') : (headers.first('allow') ?? '')
}

function recordedRoutes(message: SipMessage): string[] {
  return message.headers.all('record-route').flatMap((line) => splitOutside(line, ','))
}

/** The first Contact as a Request-URI: what follows `?`, and a `method` parameter, have no place there (RFC 3261 §19.1.1). */
function contactOf(message: SipMessage): string | undefined {
  const [first] = splitOutside(message.headers.first('contact') ?? '', ',')
  const text = parseAddress(first ?? '')?.uri ?? ''
  const uri = parseUri(text)
  if (uri === undefined) return undefined
  // As the far end wrote it: its escapes are its own business.
  if (uri.headers === undefined && !uri.params.has('method')) return text
  delete uri.headers
  uri.params.delete('method')
  return formatUri(uri)
}
