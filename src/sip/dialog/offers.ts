import { randomInt } from 'node:crypto'
import type { Timer } from '../../lib/clock.ts'
import type { DigestClient } from '../digest/digest-client.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import type { ServerTransaction } from '../transaction/server-transaction.ts'
import type { Remote } from '../transport/transport.ts'
import type { Received } from '../transport/transports.ts'
import { acknowledge } from './acknowledge.ts'
import { answerRequest, buildAnswer } from './answer-request.ts'
import type { CallTools } from './call-tools.ts'
import type { Dialog } from './dialog.ts'
import { acceptingHeaders, type HeaderPair, offeringHeaders, sdpHeader } from './dialog-headers.ts'
import { type FinalAnswer, type SentRequest, sendInDialog } from './in-dialog-request.ts'
import { RepeatUntilAck } from './repeat-until-ack.ts'
import type { SessionTimer } from './session-timer.ts'

/** The far end, or the moment, refused a new offer of ours. */
export class OfferRefused extends Error {
  override readonly name = 'OfferRefused'
  /** SIP status; 491 while another offer is open, 487 when the call ended meanwhile. */
  readonly status: number
  readonly reason: string

  constructor(status: number, reason: string) {
    super(`offer refused: ${status} ${reason}`)
    this.status = status
    this.reason = reason
  }
}

/** The owner's answer to an offer of the far end. */
export type OfferAnswer = { description: string } | { status: number; reason: string }

/** What the change of a session needs from its call. */
export interface OffersCall {
  readonly digest: DigestClient | undefined
  /** Whether this end made the Call-ID: it waits longer after a glare (RFC 3261 §14.1). */
  readonly isCaller: boolean
  /** Every change of the session refreshes it, too (RFC 4028 §7.4). */
  readonly session: SessionTimer
  /** Hands an offer to the owner. @returns false when nobody listens */
  offered(offer: string, respond: (answer: OfferAnswer) => void): boolean
  /** The far end's description is another one now. `isNews`: nobody was asked about it. */
  described(dialog: Dialog, description: string, isNews: boolean): void
  /** The dialog is beyond repair: to be ended with BYE. */
  broken(reason: string): void
}

/** How often an offer is sent again after a 491 or a 422. */
const mostRepetitions = 3

/** A request of ours that carries an offer: in a confirmed dialog, or in an early one (RFC 3311 §5.1). */
export type OfferMethod = 'INVITE' | 'UPDATE'

interface OwnOffer {
  method: OfferMethod
  offer: string
  /** Nothing is to change: nobody waits for the answer, and another description than before is news. */
  isRefresh: boolean
  resolve: (answer: string) => void
  reject: (error: OfferRefused) => void
  repetitions: number
  sent?: SentRequest
  /** After a glare: nothing of ours is open until it is over. */
  pause?: Timer | undefined
}

/** Changes of a session in a dialog: re-INVITE (RFC 3261 §14) and UPDATE (RFC 3311), one at a time and in one direction. */
export class Offers {
  /** What this end said last: repeated when the far end asks for an offer by an empty re-INVITE. */
  localDescription = ''
  readonly #tools: CallTools
  readonly #call: OffersCall
  #own: OwnOffer | undefined
  /** An offer of the far end, or an empty re-INVITE, that is not answered yet. */
  #theirs: ServerTransaction | undefined
  /** Our 2xx to a re-INVITE until its ACK; `wantsAnswer` when that 2xx carried the offer. */
  #unacknowledged: { repeat: RepeatUntilAck; dialog: Dialog; wantsAnswer: boolean } | undefined
  /** An UPDATE without an offer, sent to keep the session alive. */
  #refreshing: SentRequest | undefined

  constructor(tools: CallTools, call: OffersCall) {
    this.#tools = tools
    this.#call = call
  }

  /** A re-INVITE or an UPDATE came, or a PRACK with an offer. */
  receive(transaction: ServerTransaction, dialog: Dialog): void {
    const { message } = transaction.received
    if (this.#own !== undefined && this.#own.pause === undefined) {
      answerRequest(this.#tools.product, transaction, 491) // RFC 3261 §14.2: glare.
    } else if (this.#theirs !== undefined || this.#unacknowledged !== undefined) {
      answerRequest(this.#tools.product, transaction, 500, { headers: [['retry-after', String(randomInt(0, 10))]] })
    } else if (message.body === '') {
      this.#accept(transaction, dialog, message.method === 'INVITE' ? this.localDescription : '')
    } else {
      this.#ask(transaction, dialog)
    }
  }

  /** An ACK came in the dialog. @returns whether it was for a re-INVITE */
  receiveAck({ message, envelope }: Received<SipRequest>): boolean {
    const waiting = this.#unacknowledged
    if (waiting?.repeat.seq !== envelope.cseq.number) return false
    waiting.repeat.stop()
    this.#unacknowledged = undefined
    if (waiting.wantsAnswer && message.body !== '') this.#call.described(waiting.dialog, message.body, true)
    return true
  }

  /** Sends a re-INVITE, or an UPDATE before the answer. @throws {OfferRefused} (as a rejection) */
  reoffer(dialog: Dialog, offer: string, method: OfferMethod): Promise<string> {
    if (this.#isOpen) return Promise.reject(new OfferRefused(491, 'another offer is open'))
    return new Promise((resolve, reject) => {
      this.#own = { method, offer, isRefresh: false, resolve, reject, repetitions: 0 }
      this.#send(this.#own, dialog)
    })
  }

  /**
   * Keeps the session alive without changing it (RFC 4028 §7.4): by UPDATE where the far end takes it, else by a re-INVITE
   * with the description that it has already. While something else is under way, that is enough.
   */
  refresh(dialog: Dialog): void {
    if (this.#isOpen || this.#refreshing !== undefined) return
    if (dialog.allows('UPDATE') || this.localDescription === '') {
      this.#refreshing = this.#sendRefresh(dialog)
      return
    }
    const nobody = () => undefined
    const own = { method: 'INVITE', offer: this.localDescription, isRefresh: true, repetitions: 0 } as const
    this.#own = { ...own, resolve: nobody, reject: nobody }
    this.#send(this.#own, dialog)
  }

  /** The call is over: nothing may stay open (RFC 3261 §15.1.2). */
  stop(): void {
    this.#unacknowledged?.repeat.stop()
    this.#unacknowledged = undefined
    if (this.#theirs?.isOpen) answerRequest(this.#tools.product, this.#theirs, 487)
    this.#theirs = undefined
    this.#refreshing?.abandon()
    this.#refreshing = undefined
    const own = this.#own
    if (own === undefined) return
    own.pause?.cancel()
    // Its answer, 487 as a rule, still wants its ACK: else the far end would repeat it for half a minute.
    own.sent?.stopRepeating()
    this.#refused(new OfferRefused(487, 'the call is over'))
  }

  get #isOpen(): boolean {
    return this.#own !== undefined || this.#theirs !== undefined || this.#unacknowledged !== undefined
  }

  #ask(transaction: ServerTransaction, dialog: Dialog): void {
    const { method, body } = transaction.received.message
    this.#theirs = transaction
    const respond = (answer: OfferAnswer) => {
      if (this.#theirs !== transaction || !transaction.isOpen) return
      this.#theirs = undefined
      if ('status' in answer) {
        answerRequest(this.#tools.product, transaction, answer.status, { reason: answer.reason })
        return
      }
      this.#call.described(dialog, body, false)
      this.#accept(transaction, dialog, answer.description)
    }
    transaction.onCancel = () => respond({ status: 487, reason: 'Request Terminated' })
    if (!this.#call.offered(body, respond)) respond({ status: 488, reason: 'Not Acceptable Here' })
    if (method === 'INVITE' && this.#theirs === transaction) answerRequest(this.#tools.product, transaction, 100)
  }

  #accept(transaction: ServerTransaction, dialog: Dialog, description: string): void {
    const { message, source } = transaction.received
    dialog.refreshTarget(message)
    if (description !== '') this.localDescription = description
    const session = message.method === 'PRACK' ? [] : this.#call.session.answerHeaders(message)
    const response = buildAnswer(this.#tools.product, transaction, 200, {
      headers: [...acceptingHeaders(this.#tools, source), ...session, ...sdpHeader(description)],
      body: description,
    })
    if (message.method !== 'INVITE') {
      transaction.respond(response)
      return
    }
    const repeat = new RepeatUntilAck(this.#tools, transaction, response, () => {
      this.#unacknowledged = undefined
      this.#call.broken('no ACK for the answer to a re-INVITE')
    })
    this.#unacknowledged = { repeat, dialog, wantsAnswer: message.body === '' }
  }

  #send(own: OwnOffer, dialog: Dialog): void {
    let sendAckAgain: (() => void) | undefined
    own.sent = sendInDialog(
      this.#tools,
      dialog,
      this.#call.digest,
      own.method,
      (remote) => ({ headers: [...this.#headers(remote), ...sdpHeader(own.offer)], body: own.offer }),
      (answer, sent) => {
        if (sendAckAgain !== undefined) sendAckAgain()
        else if (answer.status >= 300 || answer.received === undefined) this.#notAccepted(own, dialog, answer)
        else sendAckAgain = this.#accepted(own, dialog, answer.received, sent)
      },
    )
  }

  /** @returns sends the ACK again */
  #accepted(own: OwnOffer, dialog: Dialog, received: Received<SipResponse>, sent: SipRequest): () => void {
    const { message, envelope } = received
    dialog.refreshTarget(message)
    const sendAckAgain =
      own.method === 'INVITE' ? acknowledge(this.#tools, dialog, sent, envelope.cseq.number) : () => undefined
    if (this.#own !== own) return sendAckAgain
    this.#own = undefined
    this.localDescription = own.offer
    this.#call.session.accepted(message)
    const isNews = own.isRefresh && message.body !== dialog.description
    if (message.body !== '') this.#call.described(dialog, message.body, isNews)
    own.resolve(message.body)
    return sendAckAgain
  }

  #sendRefresh(dialog: Dialog): SentRequest {
    return sendInDialog(
      this.#tools,
      dialog,
      this.#call.digest,
      'UPDATE',
      (remote) => ({ headers: this.#headers(remote) }),
      ({ status, reason, received }) => {
        this.#refreshing = undefined
        if (status < 300 && received !== undefined) {
          dialog.refreshTarget(received.message)
          this.#call.session.accepted(received.message)
        } else if (status === 422 && received !== undefined && this.#call.session.raisedBy(received.message)) {
          this.#refreshing = this.#sendRefresh(dialog)
        } else if (status === 405 || status === 501) {
          dialog.disallow('UPDATE')
          this.refresh(dialog)
        } else if (isGone(status)) this.#call.broken(`UPDATE answered with ${status} ${reason}`)
      },
    )
  }

  #headers(remote: Remote): HeaderPair[] {
    const { session } = this.#call
    const supported = session.isOff ? [] : [['supported', 'timer'] as const]
    return [...offeringHeaders(this.#tools, remote), ...supported, ...session.refreshHeaders()]
  }

  #notAccepted(own: OwnOffer, dialog: Dialog, { status, reason, received }: FinalAnswer): void {
    if (this.#own !== own) return
    const mayRepeat = own.repetitions++ < mostRepetitions
    if (mayRepeat && status === 422 && received !== undefined && this.#call.session.raisedBy(received.message)) {
      this.#send(own, dialog)
      return
    }
    if (mayRepeat && status === 491) {
      this.#pause(own, dialog)
      return
    }
    this.#refused(new OfferRefused(status, reason))
    if (isGone(status)) {
      this.#call.broken(`${own.method === 'INVITE' ? 're-INVITE' : own.method} answered with ${status} ${reason}`)
    }
  }

  /** RFC 3261 §14.1: 2.1 to 4 s for the one who made the Call-ID, else 0 to 2 s, in steps of 10 ms. */
  #pause(own: OwnOffer, dialog: Dialog): void {
    const pauseMs = 10 * (this.#call.isCaller ? randomInt(210, 401) : randomInt(0, 201))
    own.pause = this.#tools.clock.after(pauseMs, () => {
      own.pause = undefined
      // Meanwhile the far end may have made its offer.
      if (this.#theirs !== undefined || this.#unacknowledged !== undefined) this.#pause(own, dialog)
      else this.#send(own, dialog)
    })
  }

  #refused(why: OfferRefused): void {
    const own = this.#own
    this.#own = undefined
    own?.reject(why)
  }
}

/** RFC 3261 §12.2.1.2: the far end has forgotten the dialog, or is not there. */
function isGone(status: number): boolean {
  return status === 481 || status === 408
}
