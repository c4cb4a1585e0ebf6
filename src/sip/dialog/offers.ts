import { randomInt } from 'node:crypto'
import type { SipRequest } from '../message/message.ts'
import type { ServerTransaction } from '../transaction/server-transaction.ts'
import type { Received } from '../transport/transports.ts'
import { answerRequest, buildAnswer } from './answer-request.ts'
import type { CallTools } from './call-tools.ts'
import type { Dialog } from './dialog.ts'
import { acceptingHeaders, sdpHeader } from './dialog-headers.ts'
import type { OfferAnswer, OffersCall } from './offers-call.ts'
import { OwnOffers } from './own-offers.ts'
import { RepeatUntilAck } from './repeat-until-ack.ts'

/** Changes of a session in a dialog: re-INVITE (RFC 3261 §14) and UPDATE (RFC 3311), one at a time and in one direction. */
export class Offers {
  /** What this end said last: repeated when the far end asks for an offer by an empty re-INVITE. */
  localDescription = ''
  /** The ones of this end, and its refreshes. */
  readonly own: OwnOffers
  readonly #tools: CallTools
  readonly #call: OffersCall
  /** An offer of the far end, or an empty re-INVITE, that is not answered yet. */
  #theirs: ServerTransaction | undefined
  /** Our 2xx to a re-INVITE until its ACK; `wantsAnswer` when that 2xx carried the offer. */
  #unacknowledged: { repeat: RepeatUntilAck; dialog: Dialog; wantsAnswer: boolean } | undefined

  constructor(tools: CallTools, call: OffersCall) {
    this.#tools = tools
    this.#call = call
    this.own = new OwnOffers(tools, call, this)
  }

  /** Whether the far end waits for an answer, or for what its ACK lets go on. */
  isBusy(): boolean {
    return this.#theirs !== undefined || this.#unacknowledged !== undefined
  }

  /** A re-INVITE or an UPDATE came, or a PRACK with an offer. */
  receive(transaction: ServerTransaction, dialog: Dialog): void {
    const { method, body } = transaction.received.message
    // Without an offer there is nothing to cross: it only says that the far end is there (RFC 4028 §7.4).
    if (method === 'UPDATE' && body === '') this.#accept(transaction, dialog, '')
    else if (this.own.isOut) {
      answerRequest(this.#tools.product, transaction, 491) // RFC 3261 §14.2: glare.
    } else if (this.isBusy()) {
      answerRequest(this.#tools.product, transaction, 500, { headers: [['retry-after', String(randomInt(0, 10))]] })
    } else if (body === '') {
      this.#accept(transaction, dialog, this.localDescription)
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

  /** The call is over: nothing may stay open (RFC 3261 §15.1.2). */
  stop(): void {
    this.#unacknowledged?.repeat.stop()
    this.#unacknowledged = undefined
    if (this.#theirs?.isOpen) answerRequest(this.#tools.product, this.#theirs, 487)
    this.#theirs = undefined
    this.own.stop()
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
}
