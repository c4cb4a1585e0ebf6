import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { branchCookie, newBranch } from '../message/identifiers.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import { formatVia } from '../message/via.ts'
import { comesFromAsked } from '../transport/asked-host.ts'
import { packet } from '../transport/packet.ts'
import type { Remote } from '../transport/transport.ts'
import type { Received, Transports } from '../transport/transports.ts'
import { ClientTransaction, type ClientUser, type SendPacket } from './client-transaction.ts'
import { LargeRequests } from './large-requests.ts'
import { ServerTransaction } from './server-transaction.ts'
import type { TimerBase } from './timers.ts'
import type { TransactionTools } from './transaction.ts'

/** Who works on requests. */
export interface ServerUser {
  /** A new request; the transaction is to be answered. */
  request(transaction: ServerTransaction): void
  /** A CANCEL, already matched: `invite` is what it wants to end (RFC 3261 §9.2). */
  cancel(transaction: ServerTransaction, invite: ServerTransaction | undefined): void
  /** An ACK for a 2xx: a transaction of its own, never answered. */
  ack(received: Received<SipRequest>): void
}

/** Matches messages to transactions, and makes new ones (RFC 3261 §17). */
export class Transactions {
  readonly #clients = new Map<string, ClientTransaction>()
  readonly #servers = new Map<string, ServerTransaction>()
  /** Requests outside dialogs by From tag, Call-ID and CSeq: one that came by two ways (RFC 3261 §8.2.2.2). */
  readonly #origins = new Map<string, ServerTransaction>()
  readonly #tools: { clock: Clock; log: Log; timers: TimerBase }
  readonly #transports: Transports
  readonly #user: ServerUser
  readonly #send: SendPacket
  readonly #large: LargeRequests

  constructor(transports: Transports, user: ServerUser, tools: { clock: Clock; log: Log; timers: TimerBase }) {
    this.#transports = transports
    this.#user = user
    this.#tools = tools
    this.#send = (packet, remote, failed) => transports.send(packet, remote, failed)
    this.#large = new LargeRequests(tools.clock, (remote) => transports.localFor(remote))
  }

  get clientCount(): number {
    return this.#clients.size
  }

  get serverCount(): number {
    return this.#servers.size
  }

  /**
   * Sends a request in a transaction of its own; its Via is put on here. One that is too large for UDP goes over TCP, if it
   * can (RFC 3261 §18.1.1).
   *
   * @throws {IllegalHeader} when the request cannot be written
   */
  send(request: SipRequest, remote: Remote, user: ClientUser): ClientTransaction {
    const branch = newBranch()
    this.#addVia(request, remote, branch)
    return this.#startClient(request, remote, user, branch)
  }

  /** Sends a CANCEL: it shares the Via of the INVITE it ends (RFC 3261 §9.1). */
  sendCancel(cancel: SipRequest, invite: ClientTransaction, user: ClientUser): void {
    const via = invite.request.headers.first('via') ?? ''
    cancel.headers.prepend('via', via)
    this.#startClient(cancel, invite.remote, user, /branch=([^;]+)/.exec(via)?.[1] ?? '')
  }

  /** Sends an ACK for a 2xx: no transaction, no answer. `failed` may be called. */
  sendAck(ack: SipRequest, remote: Remote, failed: (reason: string) => void): () => void {
    this.#addVia(ack, remote, newBranch())
    const way = { request: ack, remote, packet: packet(ack) }
    const stream = this.#large.overTcp(way)
    const transmit = () => {
      if (stream === undefined) this.#transports.send(way.packet, remote, failed)
      else {
        this.#transports.send(stream.packet, stream.remote, () => this.#transports.send(way.packet, remote, failed))
      }
    }
    transmit()
    return transmit
  }

  /** A message from the transports. */
  receive(received: Received): void {
    const { message, envelope, source } = received
    if (message.kind === 'response') this.#receiveResponse({ message, envelope, source })
    else this.#receiveRequest({ message, envelope, source })
  }

  /** Whether a response answers a request of ours, and comes from where that went. */
  awaits({ envelope, source }: Pick<Received, 'envelope' | 'source'>): boolean {
    const transaction = this.#clients.get(clientKey(envelope))
    return transaction !== undefined && comesFromAsked(transaction.remote.host, source.host)
  }

  /** Whether another transaction, not this one, holds a request of the same origin: the request is merged. */
  isMerged(transaction: ServerTransaction): boolean {
    if (transaction.received.envelope.toTag !== undefined) return false
    const first = this.#origins.get(originKey(transaction.received))
    return first !== undefined && first !== transaction
  }

  /** Forgets everything: no more news, no more timers. */
  close(): void {
    for (const transaction of [...this.#clients.values(), ...this.#servers.values()]) transaction.close()
    this.#clients.clear()
    this.#servers.clear()
    this.#origins.clear()
  }

  #startClient(request: SipRequest, remote: Remote, user: ClientUser, branch: string): ClientTransaction {
    const key = `${branch} ${request.method}`
    const way = { request, remote, packet: packet(request) }
    const stream = this.#large.overTcp(way)
    const tools = this.#toolsFor((stream ?? way).remote, () => this.#clients.delete(key))
    const transaction =
      stream === undefined
        ? new ClientTransaction(way, user, this.#send, tools)
        : new ClientTransaction(stream, user, this.#sendOrRefuse, tools, way)
    this.#clients.set(key, transaction)
    return transaction
  }

  /** Remembers far ends that take no TCP, so that the next large request does not have to find out. */
  #sendOrRefuse: SendPacket = (packet, remote, failed) => {
    this.#transports.send(packet, remote, (reason) => {
      if (remote.transport === 'tcp') this.#large.refused(remote)
      failed(reason)
    })
  }

  #receiveResponse(received: Received<SipResponse>): void {
    const transaction = this.#clients.get(clientKey(received.envelope))
    if (transaction === undefined) this.#tools.log.debug({ callId: received.envelope.callId }, 'sip: stray response')
    else transaction.receive(received)
  }

  #receiveRequest(received: Received<SipRequest>): void {
    const { method } = received.message
    const key = serverKey(received, method === 'ACK' ? 'INVITE' : method)
    const known = this.#servers.get(key)
    if (known !== undefined && !(method === 'ACK' && known.state === 'accepted')) {
      known.repeated(method)
    } else if (method === 'ACK') {
      this.#user.ack(received)
    } else {
      const transaction = this.#startServer(received, key)
      if (method === 'CANCEL') this.#user.cancel(transaction, this.#servers.get(serverKey(received, 'INVITE')))
      else this.#user.request(transaction)
    }
  }

  #startServer(received: Received<SipRequest>, key: string): ServerTransaction {
    const origin = originKey(received)
    const tools = this.#toolsFor(received.source, () => {
      this.#servers.delete(key)
      if (this.#origins.get(origin) === transaction) this.#origins.delete(origin)
    })
    const transaction: ServerTransaction = new ServerTransaction(received, this.#send, tools)
    transaction.onTransportError = (why) =>
      this.#tools.log.info({ callId: received.envelope.callId, why }, 'sip: an answer could not be sent')
    this.#servers.set(key, transaction)
    const isMethodMergeable = received.message.method !== 'CANCEL' && received.envelope.toTag === undefined
    if (isMethodMergeable && !this.#origins.has(origin)) this.#origins.set(origin, transaction)
    return transaction
  }

  #toolsFor(remote: Remote, terminated: () => void): TransactionTools {
    const { clock, timers } = this.#tools
    return { clock, timers, isReliable: remote.transport !== 'udp', terminated }
  }

  #addVia(request: SipRequest, remote: Remote, branch: string): void {
    const { host = 'invalid.invalid', port = 5060 } = this.#transports.localFor(remote) ?? {}
    const params = new Map([
      ['branch', branch],
      ['rport', ''],
    ])
    request.headers.prepend('via', formatVia({ transport: remote.transport.toUpperCase(), host, port, params }))
  }
}

/** RFC 3261 §17.1.3: the branch and the method of CSeq say whose answer it is. */
function clientKey({ via, cseq }: Received['envelope']): string {
  return `${via.params.get('branch')} ${cseq.method}`
}

/**
 * RFC 3261 §17.2.3: branch, sent-by and method. Call-ID and CSeq number, the same in every copy, ACK and CANCEL, keep apart
 * what a peer sends with a branch that is not unique. One without the cookie comes from before RFC 3261, and one that is
 * nothing but the cookie is as good (RFC 4475 §3.2.1): then the whole request is its name.
 */
function serverKey({ message, envelope }: Received<SipRequest>, method: string): string {
  const { via, callId, cseq, fromTag } = envelope
  const branch = via.params.get('branch') ?? ''
  const name = `${branch} ${via.host}:${via.port ?? ''} ${callId} ${cseq.number} ${method}`
  return branch.startsWith(branchCookie) && branch !== branchCookie ? name : `${name} ${message.uri} ${fromTag}`
}

function originKey({ envelope }: Received<SipRequest>): string {
  return `${envelope.fromTag} ${envelope.callId} ${envelope.cseq.number} ${envelope.cseq.method}`
}
