import type { SipRequest, SipResponse } from '../message/message.ts'
import { type Packet, packet } from '../transport/packet.ts'
import type { Remote, SendFailed } from '../transport/transport.ts'
import type { Received } from '../transport/transports.ts'
import { ackForFailure } from './ack-for-failure.ts'
import { type ClientAct, type ClientEvent, type ClientState, inviteClient, nonInviteClient } from './client-tables.ts'
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
  readonly request: SipRequest
  readonly remote: Remote
  /** For retransmissions; gone with the final answer. */
  #packet: Packet | undefined
  readonly #send: SendPacket
  readonly #user: ClientUser
  #response: Received<SipResponse> | undefined
  #ack: Packet | undefined
  #transportReason = ''

  /** Sends the request at once. @throws {IllegalHeader} when it cannot be written */
  constructor(request: SipRequest, remote: Remote, user: ClientUser, send: SendPacket, tools: TransactionTools) {
    const isInvite = request.method === 'INVITE'
    super(isInvite ? inviteClient : nonInviteClient, isInvite ? 'calling' : 'trying', tools)
    this.request = request
    this.remote = remote
    this.#user = user
    this.#send = send
    const written = packet(request)
    this.#packet = written
    this.#transmit(written)
    if (isInvite) this.start('A', 'B')
    else this.start('E', 'F')
  }

  /** A response that belongs to this transaction. */
  receive(received: Received<SipResponse>): void {
    this.#response = received
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
      this.fire('transportError')
    })
  }
}
