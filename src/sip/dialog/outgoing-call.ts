import type { Timer } from '../../lib/clock.ts'
import { CallDigest } from '../digest/call-digest.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import { readQ850 } from '../message/reason-header.ts'
import type { ClientTransaction } from '../transaction/client-transaction.ts'
import { transactionTimeoutMs } from '../transaction/timers.ts'
import { type Remote, remoteOfTarget } from '../transport/transport.ts'
import type { Received } from '../transport/transports.ts'
import type { HangUpCause, InviteRequest, OutgoingCall, SipCallEnd } from '../user-agent.types.ts'
import { acknowledge } from './acknowledge.ts'
import { Call } from './call.ts'
import type { CallTools } from './call-tools.ts'
import { Dialog } from './dialog.ts'
import { EarlyDialogs } from './early-dialogs.ts'
import { Forks } from './forks.ts'
import { cancelOf, type InviteIdentity, inviteIdentity, writeInvite } from './invite-message.ts'
import type { OfferAnswer } from './offers-call.ts'
import { sendPrack } from './send-prack.ts'

/** A call from here (RFC 3261 §13.2): INVITE, ringing, answer or refusal, and everything that may cross. */
export class CallFromHere extends Call implements OutgoingCall {
  readonly direction = 'outgoing'
  readonly #identity: InviteIdentity
  readonly #remote: Remote
  readonly #early = new EarlyDialogs()
  readonly #forks: Forks
  readonly #toldProgress = new Set<string>()
  #transaction: ClientTransaction | undefined
  /** Why this end wants the call to end before its answer. */
  #intent: SipCallEnd | undefined
  #cause: HangUpCause | undefined
  /** Whether the INVITE under way got a provisional answer: only then it may be cancelled. */
  #isProvisional = false
  #isCancelSent = false
  #sentAtMs = 0
  #ringTimer: Timer | undefined
  #cancelTimer: Timer | undefined
  #sendAckAgain: (() => void) | undefined
  /** The 2xx made an offer: the ACK waits for the owner's answer to it, and is sent without one when the call is given up. */
  #confirmAnyhow: (() => void) | undefined

  constructor(invite: InviteRequest, tools: CallTools) {
    const remote = remoteOfTarget(invite.target)
    const identity = inviteIdentity(invite, tools.localFor(remote)?.host ?? 'invalid.invalid')
    const digest = invite.credentials && new CallDigest(invite.credentials, remote.host)
    super(tools, identity, {
      state: 'calling',
      isCaller: true,
      digest,
      sessionSeconds: invite.sessionExpiresSeconds,
    })
    this.#identity = identity
    this.#remote = remote
    this.#forks = new Forks(tools, digest)
    this.offers.localDescription = invite.offer
    this.#send(1)
    tools.remember(this)
    this.#ringTimer = tools.clock.after(invite.ringTimeoutMs, () => this.#giveUp({ kind: 'ringTimeout' }))
  }

  override hangUp(cause?: HangUpCause): void {
    if (this.state === 'confirmed') this.sendBye({ kind: 'bye', by: 'here' }, cause)
    else if (this.state !== 'terminated') this.#giveUp({ kind: 'cancelled', by: 'here' }, cause)
  }

  protected override dialogWith(remoteTag: string): Dialog | undefined {
    return this.dialog === undefined ? this.#early.find(remoteTag) : super.dialogWith(remoteTag)
  }

  protected override agreedDialog(): Dialog | undefined {
    return super.agreedDialog() ?? this.#early.agreed()
  }

  protected override release(): void {
    this.#ringTimer?.cancel()
    this.#cancelTimer?.cancel()
  }

  #send(seq: number): void {
    const { digest, session } = this
    const request = writeInvite(this.#identity, this.tools, this.#remote, { seq, digest, session })
    this.#isProvisional = false
    this.#sentAtMs = this.tools.clock.monotonicMs()
    this.#transaction = this.tools.transactions.send(request, this.#remote, {
      response: (received) => this.#receiveAnswer(received, request),
      timeout: () => this.#neverAnswered(),
      transportError: (reason) => this.finish(this.#intent ?? { kind: 'failed', reason }),
    })
  }

  #receiveAnswer(received: Received<SipResponse>, request: SipRequest): void {
    const { status } = received.message
    if (status < 200) this.#progress(received, request)
    else if (status < 300) this.#answered(received, request)
    else this.#refused(received)
  }

  #progress(received: Received<SipResponse>, request: SipRequest): void {
    const { message } = received
    this.#isProvisional = true
    if (this.state === 'calling') this.moveTo('proceeding')
    if (this.#intent !== undefined) this.#cancel()
    if (this.#intent !== undefined || message.status === 100) return
    const early = this.#early.take(received, request)
    if (early?.standing.kind === 'outOfOrder') return
    if (early !== undefined) this.moveTo('early')
    const description = this.#earlyDescription(message, early?.dialog)
    if (early?.standing.kind === 'next') {
      this.#acknowledgeEarly(early.dialog, received, early.standing.rseq)
    }
    const news = `${message.status} ${description !== undefined}`
    if (this.#toldProgress.has(news)) return
    this.#toldProgress.add(news)
    this.tell(() => this.emit('progress', message.status, description))
  }

  /** What a provisional answer says about its audio; nothing any more once its dialog has an answer to rely on. */
  #earlyDescription({ body }: SipResponse, dialog: Dialog | undefined): string | undefined {
    if (body === '' || dialog?.isAgreed) return undefined
    if (dialog !== undefined) dialog.description = body
    this.rememberDescription(body)
    return body
  }

  /** RFC 3262 §4 and §5: the PRACK, with the answer when the far end made the offer. */
  #acknowledgeEarly(dialog: Dialog, { message, envelope }: Received<SipResponse>, rseq: number): void {
    const acknowledged = { rseq, cseq: envelope.cseq.number, method: 'INVITE' }
    const prack = (answer?: string) => sendPrack(this.tools, dialog, this.digest, acknowledged, answer)
    const isOffer = message.body !== '' && !dialog.isAgreed && !this.#hasOffer
    if (message.body !== '') dialog.isAgreed = true
    if (!isOffer) prack()
    else {
      this.#answerOffer(message.body, (answer) => {
        prack(answer)
        if (answer === undefined) this.#giveUp(offerRefused)
      })
    }
  }

  get #hasOffer(): boolean {
    return this.#identity.invite.offer !== ''
  }

  /** Hands the far end's offer to the owner. `answered` is called once, without an answer when the offer is refused. */
  #answerOffer(offer: string, answered: (answer: string | undefined) => void): void {
    let isOpen = true
    const respond = (answer: OfferAnswer) => {
      if (!isOpen || this.state === 'terminated') return
      isOpen = false
      if ('description' in answer) this.offers.localDescription = answer.description
      answered('description' in answer ? answer.description : undefined)
    }
    if (!this.tell(() => this.emit('offer', offer, respond))) respond({ status: 488, reason: 'Not Acceptable Here' })
  }

  #answered(received: Received<SipResponse>, request: SipRequest): void {
    const tag = received.envelope.toTag ?? ''
    // The first answer wins; it is acknowledged for as long as it is repeated, others are ended (RFC 3261 §13.2.2.4). Nor may
    // an answer to a call that was given up and forgotten leave a phone off the hook.
    if (this.dialog === undefined && this.state !== 'terminated') this.#firstAnswer(received, request)
    else if (tag === this.dialog?.remoteTag) this.#sendAckAgain?.()
    else this.#forks.end(received, request, this.#early.find(tag))
  }

  #firstAnswer(received: Received<SipResponse>, request: SipRequest): void {
    const { message, envelope } = received
    const early = this.#early.find(envelope.toTag ?? '')
    early?.confirmedBy(received)
    const dialog = early ?? Dialog.ofCaller(request, received)
    this.dialog = dialog
    this.release()
    const confirm = (answer?: string) => {
      this.#sendAckAgain = acknowledge(this.tools, dialog, request, envelope.cseq.number, answer)
      this.#confirm(dialog, message)
    }
    const isNews = message.body !== '' && !dialog.isAgreed
    if (isNews) dialog.description = message.body
    dialog.isAgreed = true
    if (!isNews || this.#hasOffer || this.#intent !== undefined) {
      confirm()
      return
    }
    this.#confirmAnyhow = confirm
    this.#answerOffer(message.body, (answer) => {
      if (answer === undefined) this.#intent ??= offerRefused
      this.#confirmAnyhow = undefined
      confirm(answer)
    })
  }

  #confirm(dialog: Dialog, message: SipResponse): void {
    if (this.#intent !== undefined) {
      // The answer crossed our CANCEL: a dialog that nobody wants is ended with BYE (RFC 3261 §15).
      this.sendBye(this.#intent, this.#cause)
      return
    }
    this.digest?.accepted()
    this.moveTo('confirmed')
    this.session.accepted(message)
    this.rememberDescription(dialog.description ?? '')
    this.tell(() => this.emit('answered', this.remoteDescription))
  }

  #refused(received: Received<SipResponse>): void {
    const { message, envelope } = received
    const { status } = message
    if (this.#intent !== undefined) this.finish(this.#intent)
    else if ((status === 401 || status === 407) && this.digest?.challenged(received, 'invite'))
      this.#send(envelope.cseq.number + 1)
    else if (status === 422 && this.session.raisedBy(message)) this.#send(envelope.cseq.number + 1)
    // RFC 3261 §8.1.3.4 lets a caller follow a 3xx. This one does not: where a call goes is for its owner to choose, and a
    // stranger's Contact could send it, and its credentials, anywhere.
    else this.finish(refusal(message))
  }

  /** Timer B: not even a 100. A call that its owner gave up meanwhile ends as that. */
  #neverAnswered(): void {
    if (this.#intent?.kind === 'cancelled') this.finish(this.#intent)
    else this.finish({ kind: 'refused', status: 408, reason: 'Request Timeout', local: true })
  }

  #giveUp(intent: SipCallEnd, cause?: HangUpCause): void {
    if (this.#intent !== undefined) return
    this.#intent = intent
    this.#cause = cause
    this.#ringTimer?.cancel()
    if (this.#confirmAnyhow !== undefined) {
      this.#confirmAnyhow()
      return
    }
    // RFC 3261 §9.1: a CANCEL must not overtake its INVITE, so it waits for a provisional answer (or Timer B).
    if (this.#isProvisional) this.#cancel()
    else if (intent.kind === 'cancelled' && this.#isPastRepeats()) this.#transaction?.stopRepeating()
  }

  /**
   * Whether four INVITEs went unanswered (at 0, 1, 3 and 7·T1): the far end is away. Sooner, an answer may just be lost, and
   * the next INVITE brings the one that can be cancelled.
   */
  #isPastRepeats(): boolean {
    return this.tools.clock.monotonicMs() - this.#sentAtMs >= 7 * this.tools.timers.t1Ms
  }

  #cancel(): void {
    const transaction = this.#transaction
    const intent = this.#intent
    if (this.#isCancelSent || transaction === undefined || intent === undefined) return
    this.#isCancelSent = true
    const cancel = cancelOf(transaction.request, this.#cause)
    this.tools.transactions.sendCancel(cancel, transaction, {
      // The INVITE's own final answer decides, 487 as a rule.
      response: () => undefined,
      timeout: () => undefined,
      transportError: (reason) => this.tools.log.info({ callId: this.callId, why: reason }, 'sip: CANCEL not sent'),
    })
    // RFC 3261 §9.1: without a final answer within 64·T1 the INVITE counts as cancelled.
    this.#cancelTimer = this.tools.clock.after(transactionTimeoutMs(this.tools.timers), () => {
      transaction.abandon()
      this.finish(intent)
    })
  }
}

const offerRefused: SipCallEnd = { kind: 'failed', reason: 'the offer of the far end was refused' }

function refusal({ status, reason, headers }: SipResponse): SipCallEnd {
  const q850 = readQ850(headers.all('reason'))
  const [, retryAfter] = /^\s*(\d{1,9})/.exec(headers.first('retry-after') ?? '') ?? []
  return {
    kind: 'refused',
    status,
    reason,
    ...(q850 !== undefined && { q850: q850.cause }),
    ...(q850?.text !== undefined && { q850Text: q850.text }),
    ...(retryAfter !== undefined && { retryAfterSeconds: Number(retryAfter) }),
    local: false,
  }
}
