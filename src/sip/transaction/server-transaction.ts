import type { SipRequest, SipResponse } from '../message/message.ts'
import { type Packet, packet } from '../transport/packet.ts'
import { responseRemote } from '../transport/response-route.ts'
import type { Remote } from '../transport/transport.ts'
import type { Received } from '../transport/transports.ts'
import type { SendPacket } from './client-transaction.ts'
import { inviteServer, nonInviteServer, type ServerAct, type ServerEvent, type ServerState } from './server-tables.ts'
import { Transaction, type TransactionTools } from './transaction.ts'

/** A server transaction of either kind (RFC 3261 §17.2). */
export class ServerTransaction extends Transaction<ServerState, ServerEvent, ServerAct> {
  /** A CANCEL came for this INVITE while it was open (RFC 3261 §9.2). */
  onCancel: () => void = () => undefined
  /** An answer could not be sent; later ones still may. */
  onTransportError: (reason: string) => void = () => undefined
  /** A refusal of an INVITE was never acknowledged (Timer H). Nothing depends on it. */
  onAckMissing: () => void = () => undefined
  /** The tag on To of its answers, for the answer to a CANCEL too (RFC 3261 §9.2). */
  toTag: string | undefined
  readonly #remote: Remote
  #received: Received<SipRequest> | undefined
  readonly #send: SendPacket
  #last: Packet | undefined
  #transportReason = ''

  constructor(received: Received<SipRequest>, send: SendPacket, tools: TransactionTools) {
    const isInvite = received.message.method === 'INVITE'
    super(isInvite ? inviteServer : nonInviteServer, isInvite ? 'proceeding' : 'trying', tools)
    this.#received = received
    this.#remote = responseRemote(received.envelope.via, received.source)
    this.#send = send
  }

  /**
   * The request, until its final answer: half a minute of finished transactions is kept for late copies, and the requests of
   * hundreds of calls a second would fill the memory.
   *
   * @throws {Error} after the final answer
   */
  get received(): Received<SipRequest> {
    if (this.#received === undefined) throw new Error('the request was answered and is forgotten')
    return this.#received
  }

  /** Whether a final answer can still be given. */
  get isOpen(): boolean {
    return this.state === 'trying' || this.state === 'proceeding'
  }

  /**
   * Answers. After the final answer only a 2xx to an INVITE may be given again: its user repeats it until the ACK.
   *
   * @throws {IllegalHeader} when the response cannot be written
   */
  respond(response: SipResponse): void {
    this.respondPacket(packet(response), response.status)
  }

  /** `respond` with a message that was written before. */
  respondPacket(answer: Packet, status: number): void {
    const last = this.#last
    this.#last = answer
    const event = status < 200 ? 'sendProvisional' : status < 300 ? 'sendSuccess' : 'sendFailure'
    if (!this.fire(event)) this.#last = last
    if (this.isOpen) return
    this.#received = undefined
    this.onCancel = () => undefined
    // What is accepted is repeated by the user, with its own copy.
    if (this.state === 'accepted') this.#last = undefined
  }

  /** The request came again, or the ACK of a refusal. */
  repeated(method: string): void {
    this.fire(method === 'ACK' ? 'ack' : 'request')
  }

  protected override perform(act: ServerAct): void {
    if (act === 'send' || act === 'resend') this.#transmit()
    if (act === 'tellAckMissing') this.onAckMissing()
    if (act === 'tellTransportError') this.onTransportError(this.#transportReason)
  }

  #transmit(): void {
    if (this.#last === undefined) return
    this.#send(this.#last, this.#remote, (reason) => {
      this.#transportReason = reason
      this.fire('transportError')
    })
  }
}
