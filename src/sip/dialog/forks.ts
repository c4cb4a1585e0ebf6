import type { CallDigest } from '../digest/call-digest.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import type { Received } from '../transport/transports.ts'
import { acknowledge } from './acknowledge.ts'
import type { CallTools } from './call-tools.ts'
import { Dialog } from './dialog.ts'
import { sendInDialog } from './in-dialog-request.ts'

/** More phones than this are not picked up too late for one call: what others answer is neither acknowledged nor ended. */
export const mostLateAnswers = 64

/** Phones that answered when another one had answered already: each gets its ACK and a BYE (RFC 3261 §13.2.2.4). */
export class Forks {
  readonly #tools: CallTools
  readonly #digest: CallDigest | undefined
  readonly #acks = new Map<string, () => void>()

  constructor(tools: CallTools, digest: CallDigest | undefined) {
    this.#tools = tools
    this.#digest = digest
  }

  /** Takes a 2xx of a phone that came too late, or its repetition. @param early its dialog, when it rang before */
  end(received: Received<SipResponse>, invite: SipRequest, early: Dialog | undefined): void {
    const tag = received.envelope.toTag ?? ''
    const sendAckAgain = this.#acks.get(tag)
    if (sendAckAgain !== undefined) {
      sendAckAgain()
      return
    }
    if (this.#acks.size === mostLateAnswers) return
    early?.confirmedBy(received)
    const dialog = early ?? Dialog.ofCaller(invite, received)
    this.#acks.set(tag, acknowledge(this.#tools, dialog, invite, received.envelope.cseq.number))
    const headers = [['user-agent', this.#tools.product] as const]
    sendInDialog(
      this.#tools,
      dialog,
      this.#digest,
      'BYE',
      () => ({ headers }),
      () => undefined,
    )
  }
}
