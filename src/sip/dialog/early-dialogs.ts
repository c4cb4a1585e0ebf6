import type { SipRequest, SipResponse } from '../message/message.ts'
import { optionTags } from '../message/option-tags.ts'
import { parseRseq } from '../message/reliable-sequence.ts'
import type { Received } from '../transport/transports.ts'
import { Dialog } from './dialog.ts'

/**
 * How a provisional answer stands among those of its dialog (RFC 3262 §4): `unreliable`; with the RSeq that is the `next`;
 * or `outOfOrder`, a repetition or one whose predecessor is missing, which is neither acknowledged nor read.
 */
export type ProvisionalStanding = { kind: 'unreliable' | 'outOfOrder' } | { kind: 'next'; rseq: number }

/** More phones than this do not ring for one call: what comes from others is not listened to. */
const mostForks = 64

/** The phones that ring before one answers: forks, each an early dialog that counts by itself (RFC 3261 §12.1). */
export class EarlyDialogs {
  readonly #known = new Map<string, { dialog: Dialog; lastRseq: number | undefined }>()

  /** The dialog with that tag of the far end. */
  find(remoteTag: string): Dialog | undefined {
    return this.#known.get(remoteTag)?.dialog
  }

  /** The one whose offer has its answer already; of several the one that rang last. */
  agreed(): Dialog | undefined {
    return [...this.#known.values()].findLast(({ dialog }) => dialog.isAgreed)?.dialog
  }

  /** Takes a provisional answer; one without a tag makes no dialog (RFC 3261 §12.1), nor does one fork too many. */
  take(
    received: Received<SipResponse>,
    invite: SipRequest,
  ): { dialog: Dialog; standing: ProvisionalStanding } | undefined {
    const { message, envelope } = received
    if (envelope.toTag === undefined) return undefined
    if (this.#known.size === mostForks && !this.#known.has(envelope.toTag)) return undefined
    const early = this.#known.get(envelope.toTag) ?? { dialog: Dialog.ofCaller(invite, received), lastRseq: undefined }
    this.#known.set(envelope.toTag, early)
    const rseq = optionTags(message.headers, 'require').has('100rel')
      ? parseRseq(message.headers.first('rseq'))
      : undefined
    if (rseq !== undefined && early.lastRseq !== undefined && rseq !== early.lastRseq + 1) {
      return { dialog: early.dialog, standing: { kind: 'outOfOrder' } }
    }
    early.dialog.refreshTarget(message)
    if (rseq === undefined) return { dialog: early.dialog, standing: { kind: 'unreliable' } }
    early.lastRseq = rseq
    return { dialog: early.dialog, standing: { kind: 'next', rseq } }
  }
}
