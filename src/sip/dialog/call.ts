import { EventEmitter } from 'node:events'
import type { CallDigest } from '../digest/call-digest.ts'
import type { SipRequest } from '../message/message.ts'
import { formatQ850, readQ850 } from '../message/reason-header.ts'
import type { ServerTransaction } from '../transaction/server-transaction.ts'
import type { Received } from '../transport/transports.ts'
import type { HangUpCause, SipCall, SipCallEnd, SipCallEvents, SipCallState } from '../user-agent.types.ts'
import { answerRequest } from './answer-request.ts'
import { acceptedTypes, type CallTools, type KnownCall } from './call-tools.ts'
import type { Dialog } from './dialog.ts'
import { capabilities, type HeaderPair } from './dialog-headers.ts'
import { sendInDialog } from './in-dialog-request.ts'
import { Offers } from './offers.ts'
import { OfferRefused } from './own-offers.ts'
import { SessionTimer } from './session-timer.ts'

const retrySoon: readonly HeaderPair[] = [['retry-after', '1']]

/** Q.850 §2.2.7, cause 102. */
const timerExpired: HangUpCause = { q850: 102, text: 'Recovery on timer expiry' }

/** What both kinds of call share: the confirmed dialog, what may happen in it, and the one end. */
export abstract class Call extends EventEmitter<SipCallEvents> implements SipCall, KnownCall {
  readonly callId: string
  readonly localTag: string
  abstract readonly direction: 'outgoing' | 'incoming'
  protected readonly tools: CallTools
  protected readonly offers: Offers
  protected readonly session: SessionTimer
  protected readonly digest: CallDigest | undefined
  /** The dialog that counts; while an outgoing call rings there may be several early ones beside it. */
  protected dialog: Dialog | undefined
  #state: SipCallState
  #remoteDescription: string | undefined
  #isByePending = false

  protected constructor(
    tools: CallTools,
    names: { callId: string; localTag: string },
    start: {
      state: SipCallState
      isCaller: boolean
      digest?: CallDigest | undefined
      sessionSeconds?: number | undefined
    },
  ) {
    super()
    this.tools = tools
    this.callId = names.callId
    this.localTag = names.localTag
    this.digest = start.digest
    this.#state = start.state
    this.session = new SessionTimer(
      tools,
      {
        refresh: () => {
          if (this.dialog !== undefined) this.offers.own.refresh(this.dialog)
        },
        expired: () => {
          if (this.#state === 'confirmed') this.breakOff('the session expired', timerExpired)
        },
      },
      start.sessionSeconds,
    )
    this.offers = new Offers(tools, {
      digest: start.digest,
      isCaller: start.isCaller,
      session: this.session,
      offered: (offer, respond) => this.tell(() => this.emit('offer', offer, respond)),
      described: (dialog, description, isNews) => this.describedBy(dialog, description, isNews),
      broken: (reason) => {
        // Before the answer the INVITE decides.
        if (this.#state === 'confirmed') this.breakOff(reason)
      },
    })
  }

  get state(): SipCallState {
    return this.#state
  }

  get remoteDescription(): string | undefined {
    return this.#remoteDescription
  }

  abstract hangUp(cause?: HangUpCause): void

  reoffer(offer: string): Promise<string> {
    if (this.#state === 'confirmed' && this.dialog !== undefined) {
      return this.offers.own.reoffer(this.dialog, offer, 'INVITE')
    }
    const early = this.#state === 'early' ? this.agreedDialog() : undefined
    if (early?.allows('UPDATE')) return this.offers.own.reoffer(early, offer, 'UPDATE')
    return Promise.reject(new OfferRefused(481, `the call is ${this.#state}`))
  }

  receive(transaction: ServerTransaction): void {
    const { message, envelope } = transaction.received
    const dialog = this.dialogWith(envelope.fromTag ?? '')
    if (dialog === undefined) this.#answer(transaction, 481)
    // RFC 3261 §12.2.2: out of order means that something was lost or repeated.
    else if (!dialog.takesInOrder(envelope.cseq.number)) this.#answer(transaction, 500)
    else if (message.method === 'BYE') this.#receiveBye(transaction)
    else if (this.#state === 'terminated') this.#answer(transaction, 481)
    else if (message.method === 'INFO') this.#receiveInfo(transaction)
    else if (message.method === 'OPTIONS') this.#answer(transaction, 200, capabilities)
    else if (message.method === 'PRACK') this.receivePrack(transaction, dialog)
    // RFC 3261 §14.2: no second INVITE while the first one is open.
    else if (message.method === 'INVITE' && this.#state !== 'confirmed') this.#answer(transaction, 500, retrySoon)
    else if (message.body !== '' && !dialog.isAgreed) this.#refuseEarlyOffer(transaction)
    else this.offers.receive(transaction, dialog)
  }

  receiveAck(received: Received<SipRequest>): void {
    this.offers.receiveAck(received)
  }

  close(): void {
    this.#state = 'terminated'
    this.#stop()
  }

  /** The dialog with that tag of the far end. */
  protected dialogWith(remoteTag: string): Dialog | undefined {
    return this.dialog?.remoteTag === remoteTag ? this.dialog : undefined
  }

  /** The dialog that may have another offer before the answer (RFC 3311 §5.1). */
  protected agreedDialog(): Dialog | undefined {
    return this.dialog?.isAgreed ? this.dialog : undefined
  }

  /** A PRACK came; it is for callees only. */
  protected receivePrack(transaction: ServerTransaction, _dialog: Dialog): void {
    this.#answer(transaction, 481)
  }

  /** Stops what waits: the call is over. */
  protected abstract release(): void

  /** How a BYE of the far end ends the call. */
  protected endByBye(q850: number | undefined): SipCallEnd {
    return { kind: 'bye', by: 'there', ...(q850 !== undefined && { q850 }) }
  }

  /** A step towards the answer; the end has its own door. */
  protected moveTo(state: Exclude<SipCallState, 'terminated'>): void {
    if (this.#state !== 'terminated') this.#state = state
  }

  /** The far end's description is another one; `isNews`: its owner was not asked about it. */
  protected describedBy(dialog: Dialog, description: string, isNews = true): void {
    dialog.description = description
    this.#remoteDescription = description
    if (isNews) this.tell(() => this.emit('remoteChanged', description))
  }

  protected rememberDescription(description: string): void {
    if (description !== '') this.#remoteDescription = description
  }

  /** Gives news to the owner. An owner that fails loses this call, not the others. @returns whether somebody listened */
  protected tell(emit: () => boolean): boolean {
    if (this.#state === 'terminated') return false
    try {
      return emit()
    } catch (error) {
      this.tools.log.error({ callId: this.callId, state: this.#state, err: error }, 'sip: a listener of a call failed')
      this.hangUp()
      return true
    }
  }

  /** The one end. Told a moment later, so that it never comes from within a call of the owner. */
  protected finish(end: SipCallEnd): void {
    if (this.#state === 'terminated') return
    this.#state = 'terminated'
    this.#stop()
    if (!this.#isByePending) this.tools.forget(this)
    queueMicrotask(() => {
      try {
        this.emit('ended', end)
      } catch (error) {
        this.tools.log.error({ callId: this.callId, err: error }, 'sip: a listener of a call failed at its end')
      }
    })
  }

  /** Ends a confirmed call from here: it is over as soon as the BYE is on its way (RFC 3261 §15.1.1). */
  protected sendBye(end: SipCallEnd, cause?: HangUpCause): void {
    if (this.#state === 'terminated' || this.dialog === undefined) return
    this.#isByePending = true
    const headers = [
      ['user-agent', this.tools.product] as const,
      ...(cause === undefined ? [] : [['reason', formatQ850({ cause: cause.q850, text: cause.text })] as const]),
    ]
    // Remembered until the BYE is answered: the far end's own BYE may be under way.
    sendInDialog(
      this.tools,
      this.dialog,
      this.digest,
      'BYE',
      () => ({ headers }),
      () => this.tools.forget(this),
    )
    this.finish(end)
  }

  /** The dialog cannot go on: BYE, and the call has failed. */
  protected breakOff(reason: string, cause?: HangUpCause): void {
    this.sendBye({ kind: 'failed', reason }, cause)
  }

  #stop(): void {
    this.release()
    this.session.stop()
    this.offers.stop()
  }

  /** RFC 3311 §5.2: the offer of the INVITE has no answer yet. The one who made it says 491, the other one 500. */
  #refuseEarlyOffer(transaction: ServerTransaction): void {
    if (this.direction === 'outgoing') this.#answer(transaction, 491)
    else this.#answer(transaction, 500, retrySoon)
  }

  #answer(transaction: ServerTransaction, status: number, headers: readonly HeaderPair[] = []): void {
    answerRequest(this.tools.product, transaction, status, { headers })
  }

  #receiveBye(transaction: ServerTransaction): void {
    const q850 = readQ850(transaction.received.message.headers.all('reason'))?.cause
    this.#answer(transaction, 200)
    this.finish(this.endByBye(q850))
  }

  /** INFO with keys (`application/dtmf-relay`, `application/dtmf`); an empty one is a sign of life. */
  #receiveInfo(transaction: ServerTransaction): void {
    const { headers, body } = transaction.received.message
    const type = (headers.first('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
    const isKeys = type === 'application/dtmf-relay' || type === 'application/dtmf'
    const isTaken = isKeys || body === ''
    this.#answer(transaction, isTaken ? 200 : 415, isTaken ? [] : [['accept', acceptedTypes]])
    if (isKeys) this.tell(() => this.emit('info', type, body))
  }
}
