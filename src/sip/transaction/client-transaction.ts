import type { SipRequest, SipResponse } from '../message/message.ts'
import { type Packet, packet } from '../transport/packet.ts'
import type { Remote, SendFailed } from '../transport/transport.ts'
import type { Received } from '../transport/transports.ts'
import { ackForFailure } from './ack-for-failure.ts'
import { type ClientAct, type ClientEvent, type ClientState, inviteClient, nonInviteClient } from './client-tables.ts'
import type { Way } from './large-requests.ts'
import { Transaction, type TransactionTools } from './transaction.ts'

/** Who sent the request and waits for answers. Of `timeout` and `transportError` at most one is called, as the last. */
export interface ClientUser {
  /** Every provisional answer, the final one, and to an INVITE every 2xx that follows. */
  response(received: Received<SipResponse>): void
  /** No final answer came in time (Timer B or F). */
  timeout(): void
  transportError(reason: string): void
}

/** Sends packets; `Transports.send`. */
export type SendPacket = (packet: Packet, remote: Remote, failed: SendFailed) => void

/** A client transaction of either kind (RFC 3261 §17.1). */
export class ClientTransaction extends Transaction<ClientState, ClientEvent, ClientAct> {
  #way: Pick<Way, 'request' | 'remote'>
  /** For retransmissions; gone with the final answer. */
  #packet: Packet | undefined
  /** Where the request goes when its first way is refused (RFC 3261 §18.1.1); gone with the first answer. */
  #fallBack: Way | undefined
  readonly #tools: TransactionTools
  readonly #send: SendPacket
  readonly #user: ClientUser
  #response: Received<SipResponse> | undefined
  #ack: Packet | undefined
  #transportReason = ''

  /** Sends the request at once. @param fallBack over UDP, where the first way is a stream */
  constructor(way: Way, user: ClientUser, send: SendPacket, tools: TransactionTools, fallBack?: Way) {
    const isInvite = way.request.method === 'INVITE'
    super(isInvite ? inviteClient : nonInviteClient, isInvite ? 'calling' : 'trying', tools)
    this.#way = { request: way.request, remote: way.remote }
    this.#packet = way.packet
    this.#fallBack = fallBack
    this.#user = user
    this.#send = send
    this.#tools = tools
    this.#transmit(way.packet)
    if (isInvite) this.start('A', 'B')
    else this.start('E', 'F')
  }

  /** As it was sent last, its Via included. */
  get request(): SipRequest {
    return this.#way.request
  }

  get remote(): Remote {
    return this.#way.remote
  }

  /** A response that belongs to this transaction. */
  receive(received: Received<SipResponse>): void {
    this.#response = received
    this.#fallBack = undefined
    const { status } = received.message
    this.fire(status < 200 ? 'provisional' : status < 300 ? 'success' : 'failure')
    this.#response = undefined
    if (status >= 200) this.#packet = undefined
  }

  /** Gives up waiting; the user is told nothing. */
  abandon(): void {
    this.fire('abandon')
  }

  /**
   * Sends the request no more, and goes on to listen (for another 64·T1): an INVITE that nobody wants must not reach a far
   * end that wakes up late, but one that did reach it must be cancelled.
   */
  stopRepeating(): void {
    this.fire('stopRepeating')
  }

  protected override perform(act: ClientAct): void {
    if (act === 'resend' && this.#packet !== undefined) this.#transmit(this.#packet)
    if (act === 'acknowledge' || act === 'passAndAcknowledge') this.#acknowledge()
    if (act === 'pass' || act === 'passAndAcknowledge') this.#pass()
    if (act === 'tellTimeout') this.#user.timeout()
    if (act === 'tellTransportError') this.#user.transportError(this.#transportReason)
  }

  #pass(): void {
    if (this.#response !== undefined) this.#user.response(this.#response)
  }

  #acknowledge(): void {
    if (this.#response === undefined) return
    this.#ack ??= packet(ackForFailure(this.request, this.#response.message))
    this.#transmit(this.#ack)
  }

  #transmit(packet: Packet): void {
    this.#send(packet, this.remote, (reason) => {
      this.#transportReason = reason
      if (!this.#takesFallBack()) this.fire('transportError')
    })
  }

  /** RFC 3261 §18.1.1: without TCP there, a large request goes over UDP all the same. Timer B, or F, runs on. */
  #takesFallBack(): boolean {
    const way = this.#fallBack
    this.#fallBack = undefined
    if (way === undefined || (this.state !== 'calling' && this.state !== 'trying')) return false
    this.#way = { request: way.request, remote: way.remote }
    this.#packet = way.packet
    this.#tools.isReliable = false
    this.#transmit(way.packet)
    this.start(this.state === 'calling' ? 'A' : 'E')
    return true
  }
}
