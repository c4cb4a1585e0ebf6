import { randomInt } from 'node:crypto'
import type { Timer } from '../../lib/clock.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import type { Remote } from '../transport/transport.ts'
import type { Received } from '../transport/transports.ts'
import { acknowledge } from './acknowledge.ts'
import type { CallTools } from './call-tools.ts'
import type { Dialog } from './dialog.ts'
import { type HeaderPair, offeringHeaders, sdpHeader } from './dialog-headers.ts'
import { type FinalAnswer, type SentRequest, sendInDialog } from './in-dialog-request.ts'
import type { OffersCall } from './offers-call.ts'

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

/** What own offers need to know of the ones of the far end. */
export interface OtherSide {
  /** Nothing may be offered while the far end waits for an answer, or owes us its ACK. */
  isBusy(): boolean
  /** What this end said last. */
  localDescription: string
}

/** Changes of a session that this end asks for, and refreshes that change nothing: one at a time. */
export class OwnOffers {
  readonly #tools: CallTools
  readonly #call: OffersCall
  readonly #other: OtherSide
  #own: OwnOffer | undefined
  /** An UPDATE without an offer, sent to keep the session alive. */
  #refreshing: SentRequest | undefined

  constructor(tools: CallTools, call: OffersCall, other: OtherSide) {
    this.#tools = tools
    this.#call = call
    this.#other = other
  }

  /** Whether an offer of ours is out; one that pauses after a glare is not. */
  get isOut(): boolean {
    return this.#own !== undefined && this.#own.pause === undefined
  }

  /** Sends a re-INVITE, or an UPDATE before the answer. @throws {OfferRefused} (as a rejection) */
  reoffer(dialog: Dialog, offer: string, method: OfferMethod): Promise<string> {
    if (this.#own !== undefined || this.#other.isBusy()) {
      return Promise.reject(new OfferRefused(491, 'another offer is open'))
    }
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
    if (this.#own !== undefined || this.#refreshing !== undefined || this.#other.isBusy()) return
    const { localDescription } = this.#other
    if (dialog.allows('UPDATE') || localDescription === '') {
      this.#refreshing = this.#sendRefresh(dialog)
      return
    }
    const nobody = () => undefined
    const own = { method: 'INVITE', offer: localDescription, isRefresh: true, repetitions: 0 } as const
    this.#own = { ...own, resolve: nobody, reject: nobody }
    this.#send(this.#own, dialog)
  }

  /** The call is over. */
  stop(): void {
    this.#refreshing?.abandon()
    this.#refreshing = undefined
    const own = this.#own
    if (own === undefined) return
    own.pause?.cancel()
    // Its answer, 487 as a rule, still wants its ACK: else the far end would repeat it for half a minute.
    own.sent?.stopRepeating()
    this.#refused(new OfferRefused(487, 'the call is over'))
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
    this.#other.localDescription = own.offer
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
          // Without a description there is nothing to say in a re-INVITE, and an UPDATE would be refused again.
          if (this.#other.localDescription !== '') this.refresh(dialog)
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
      if (this.#other.isBusy()) this.#pause(own, dialog)
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
