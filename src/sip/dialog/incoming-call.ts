import type { Timer } from '../../lib/clock.ts'
import { parseAddress } from '../message/address.ts'
import { longName } from '../message/header-names.ts'
import { newTag } from '../message/identifiers.ts'
import type { SipRequest } from '../message/message.ts'
import { optionTags, speaks } from '../message/option-tags.ts'
import { formatQ850 } from '../message/reason-header.ts'
import { reasonPhrase } from '../message/reason-phrases.ts'
import { parseRack } from '../message/reliable-sequence.ts'
import { parseUri } from '../message/uri.ts'
import type { ServerTransaction } from '../transaction/server-transaction.ts'
import type { Received } from '../transport/transports.ts'
import type { HangUpCause, IncomingCall, SipCallEnd } from '../user-agent.types.ts'
import { answerRequest, buildAnswer } from './answer-request.ts'
import { Call } from './call.ts'
import type { CallTools } from './call-tools.ts'
import { Dialog } from './dialog.ts'
import { acceptingHeaders, type HeaderPair, sdpHeader } from './dialog-headers.ts'
import { ReliableRinging } from './reliable-ringing.ts'
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
  readonly #dialog: Dialog
  readonly #reliable: ReliableRinging
  #ringing: Timer | undefined
  /** `accept` waits for the PRACK of a description (RFC 3262 §3). */
  #acceptOnPrack: (() => void) | undefined
  #success: RepeatUntilAck | undefined
  /** Hang-up that waits for the ACK (RFC 3261 §15): the caller must hear of the answer before it hears of the BYE. */
  #hangUpOnAck: { cause: HangUpCause | undefined } | undefined

  constructor(transaction: ServerTransaction, tools: CallTools) {
    const { message, envelope } = transaction.received
    const localTag = newTag()
    super(tools, { callId: envelope.callId, localTag }, { state: 'proceeding', isCaller: false })
    this.#dialog = Dialog.ofCallee(transaction.received, localTag)
    this.dialog = this.#dialog
    this.#reliable = new ReliableRinging(tools, transaction, () => this.#prackMissing())
    this.#transaction = transaction
    this.#received = transaction.received
    this.request = requestOf(transaction.received)
    this.rememberDescription(message.body)
    transaction.onCancel = () => this.#cancelled()
    transaction.toTag = localTag
    tools.remember(this)
  }

  header(name: string): string | undefined {
    return this.#received.message.headers.first(longName(name))
  }

  ring(answer?: string, { isReliable }: { isReliable?: boolean } = {}): void {
    if (this.state === 'terminated' || this.#isAccepted) return
    this.moveTo('early')
    this.#ringing?.cancel()
    const status = answer === undefined ? 180 : 183
    // What was said reliably stands, and is not said again.
    const isSaid = this.#dialog.isAgreed || this.#reliable.isDescriptionOpen
    const description = isSaid ? undefined : answer
    if (description !== undefined) this.offers.localDescription = description
    const sendAndWait = (body: string | undefined) => {
      const isRepeated = this.#sendRinging(status, body, isReliable ?? body !== undefined)
      this.#ringing = this.tools.clock.after(repeatRingingMs, () => sendAndWait(isRepeated ? body : undefined))
    }
    sendAndWait(description)
  }

  accept(description: string): void {
    if (this.state === 'terminated' || this.#isAccepted) return
    this.#ringing?.cancel()
    if (this.#reliable.isDescriptionOpen) {
      this.#acceptOnPrack = () => this.#accept(description)
      return
    }
    this.#accept(description)
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
    this.#dialog.isAgreed = true
    // An INVITE without an offer: ours went in the 2xx, the answer comes in the ACK (RFC 3261 §13.2.1).
    this.rememberDescription(received.message.body)
    this.tell(() => this.emit('answered', this.remoteDescription))
    if (this.#hangUpOnAck !== undefined) this.hangUp(this.#hangUpOnAck.cause)
  }

  /** RFC 3262 §3 and §5: the PRACK may answer our offer, or make another one. */
  protected override receivePrack(transaction: ServerTransaction, dialog: Dialog): void {
    const { message } = transaction.received
    const answer = (status: number) => answerRequest(this.tools.product, transaction, status)
    const rack = parseRack(message.headers.first('rack'))
    const isOurs = rack?.method === 'INVITE' && rack.cseq === this.#received.envelope.cseq.number
    const acknowledged = isOurs ? this.#reliable.acknowledged(rack.rseq) : undefined
    if (acknowledged === undefined) {
      answer(rack === undefined ? 400 : 481)
      return
    }
    const answersOurs = acknowledged.hasDescription && this.#received.message.body === ''
    if (acknowledged.hasDescription) dialog.isAgreed = true
    if (message.body === '' || answersOurs) answer(200)
    else this.offers.receive(transaction, dialog)
    if (message.body !== '' && answersOurs) this.describedBy(dialog, message.body)
    if (!this.#reliable.isDescriptionOpen) this.#acceptOnPrack?.()
  }

  protected override release(): void {
    this.#ringing?.cancel()
    this.#reliable.stop()
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

  get #isAccepted(): boolean {
    return this.#success !== undefined || this.#acceptOnPrack !== undefined
  }

  /** @returns whether it may be said again as it is: what is sent reliably is heard once */
  #sendRinging(status: number, description: string | undefined, wantsReliable: boolean): boolean {
    const { headers } = this.#received.message
    const isRequired = optionTags(headers, 'require').has('100rel')
    if (!isRequired && !(wantsReliable && speaks(headers, '100rel'))) {
      this.#transaction.respond(this.#build(status, description))
      return true
    }
    this.#reliable.send((more) => this.#build(status, description, more))
    return false
  }

  #accept(description: string): void {
    this.#acceptOnPrack = undefined
    // What the PRACK brought may have made the owner hang up.
    if (this.state === 'terminated') return
    this.#reliable.stop()
    this.moveTo('early')
    const isSaid = this.#dialog.isAgreed
    if (!isSaid) this.offers.localDescription = description
    // The answer is given for good, unless it was our offer.
    if (this.#received.message.body !== '') this.#dialog.isAgreed = true
    const response = this.#build(
      200,
      isSaid ? undefined : description,
      this.session.answerHeaders(this.#received.message),
    )
    this.#success = new RepeatUntilAck(this.tools, this.#transaction, response, () =>
      this.breakOff('the ACK never came'),
    )
  }

  /** RFC 3262 §3: the caller cannot be reached, so it gets a failure instead of an answer. */
  #prackMissing(): void {
    answerRequest(this.tools.product, this.#transaction, 504, { toTag: this.localTag })
    this.finish({ kind: 'failed', reason: 'the PRACK never came' })
  }

  #build(status: number, description: string | undefined, more: readonly HeaderPair[] = []) {
    return buildAnswer(this.tools.product, this.#transaction, status, {
      toTag: this.localTag,
      headers: [...acceptingHeaders(this.tools, this.#received.source), ...more, ...sdpHeader(description)],
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
