import type { Timer } from '../../lib/clock.ts'
import { parseAddress } from '../message/address.ts'
import { longName } from '../message/header-names.ts'
import { newTag } from '../message/identifiers.ts'
import type { SipRequest } from '../message/message.ts'
import { formatQ850 } from '../message/reason-header.ts'
import { reasonPhrase } from '../message/reason-phrases.ts'
import { parseUri } from '../message/uri.ts'
import type { ServerTransaction } from '../transaction/server-transaction.ts'
import type { Received } from '../transport/transports.ts'
import type { HangUpCause, IncomingCall, SipCallEnd } from '../user-agent.types.ts'
import { answerRequest, buildAnswer } from './answer-request.ts'
import { Call } from './call.ts'
import type { CallTools } from './call-tools.ts'
import { Dialog } from './dialog.ts'
import { acceptingHeaders, sdpHeader } from './dialog-headers.ts'
import { RepeatUntilAck } from './repeat-until-ack.ts'

/** Proxies forget a call that rings in silence for three minutes; a ringing phone says so each minute (RFC 3261 §13.3.1.1). */
const repeatRingingMs = 60_000

/** What a hang-up before the answer is called, by its Q.850 cause: busy, refused, anything else. */
const refusals: Readonly<Record<number, number>> = { 17: 486, 21: 603 }

/** A call to here (RFC 3261 §13.3): ring, accept or reject; the far end may cancel until then. */
export class CallToHere extends Call implements IncomingCall {
  readonly direction = 'incoming'
  readonly request: IncomingCall['request']
  readonly #transaction: ServerTransaction
  readonly #received: Received<SipRequest>
  #ringing: Timer | undefined
  #success: RepeatUntilAck | undefined
  /** Hang-up that waits for the ACK (RFC 3261 §15): the caller must hear of the answer before it hears of the BYE. */
  #hangUpOnAck: { cause: HangUpCause | undefined } | undefined

  constructor(transaction: ServerTransaction, tools: CallTools) {
    const { message, envelope } = transaction.received
    const localTag = newTag()
    super(tools, { callId: envelope.callId, localTag }, { state: 'proceeding', isCaller: false })
    this.dialog = Dialog.ofCallee(transaction.received, localTag)
    this.#transaction = transaction
    this.#received = transaction.received
    this.request = requestOf(transaction.received)
    this.rememberDescription(message.body)
    transaction.onCancel = () => this.#cancelled()
    tools.remember(this)
  }

  header(name: string): string | undefined {
    return this.#received.message.headers.first(longName(name))
  }

  ring(answer?: string): void {
    if (this.state === 'terminated' || this.#success !== undefined) return
    this.moveTo('early')
    this.#ringing?.cancel()
    if (answer !== undefined) this.offers.localDescription = answer
    const response = this.#build(answer === undefined ? 180 : 183, answer)
    const sendAndWait = () => {
      this.#transaction.respond(response)
      this.#ringing = this.tools.clock.after(repeatRingingMs, sendAndWait)
    }
    sendAndWait()
  }

  accept(description: string): void {
    if (this.state === 'terminated' || this.#success !== undefined) return
    this.#ringing?.cancel()
    this.moveTo('early')
    this.offers.localDescription = description
    this.#success = new RepeatUntilAck(this.tools, this.#transaction, this.#build(200, description), () =>
      this.breakOff('the ACK never came'),
    )
  }

  reject(status: number, reason?: string, headers: readonly [name: string, value: string][] = []): void {
    if (this.state === 'terminated' || this.#success !== undefined) return
    if (!(status >= 300 && status <= 699)) throw new RangeError(`${status} is no refusal`)
    answerRequest(this.tools.product, this.#transaction, status, {
      toTag: this.localTag,
      headers,
      ...(reason !== undefined && { reason }),
    })
    this.finish({ kind: 'refused', status, reason: reason ?? reasonPhrase(status), local: true })
  }

  override hangUp(cause?: HangUpCause): void {
    if (this.state === 'confirmed') this.sendBye({ kind: 'bye', by: 'here' }, cause)
    else if (this.#success !== undefined) this.#hangUpOnAck ??= { cause }
    else {
      const headers: [string, string][] =
        cause === undefined ? [] : [['reason', formatQ850({ cause: cause.q850, text: cause.text })]]
      this.reject(refusals[cause?.q850 ?? 0] ?? 480, undefined, headers)
    }
  }

  override receiveAck(received: Received<SipRequest>): void {
    const success = this.#success
    if (success === undefined || success.seq !== received.envelope.cseq.number) {
      super.receiveAck(received)
      return
    }
    if (this.state === 'confirmed' || this.state === 'terminated') return
    success.stop()
    this.moveTo('confirmed')
    // An INVITE without an offer: ours went in the 2xx, the answer comes in the ACK (RFC 3261 §13.2.1).
    this.rememberDescription(received.message.body)
    this.tell(() => this.emit('answered', this.remoteDescription))
    if (this.#hangUpOnAck !== undefined) this.hangUp(this.#hangUpOnAck.cause)
  }

  protected override release(): void {
    this.#ringing?.cancel()
    this.#success?.stop()
  }

  /** RFC 3261 §15.1.2: a BYE before the answer ends the INVITE too. */
  protected override endByBye(q850: number | undefined): SipCallEnd {
    if (this.#success !== undefined) return super.endByBye(q850)
    answerRequest(this.tools.product, this.#transaction, 487, { toTag: this.localTag })
    return { kind: 'cancelled', by: 'there' }
  }

  #cancelled(): void {
    answerRequest(this.tools.product, this.#transaction, 487, { toTag: this.localTag })
    this.finish({ kind: 'cancelled', by: 'there' })
  }

  #build(status: number, description: string | undefined) {
    return buildAnswer(this.tools.product, this.#transaction, status, {
      toTag: this.localTag,
      headers: [...acceptingHeaders(this.tools, this.#received.source), ...sdpHeader(description)],
      body: description ?? '',
    })
  }
}

function requestOf({ message, source }: Received<SipRequest>): IncomingCall['request'] {
  const from = parseAddress(message.headers.first('from') ?? '')
  const to = parseAddress(message.headers.first('to') ?? '')
  const userOf = (uri: string | undefined) => parseUri(uri ?? '')?.user ?? ''
  return {
    uriUser: userOf(message.uri),
    fromUser: userOf(from?.uri),
    ...(from?.displayName !== undefined && { fromDisplayName: from.displayName }),
    toUser: userOf(to?.uri),
    source: { transport: source.transport, host: source.host, port: source.port },
  }
}
