import type { CallDigest } from '../digest/call-digest.ts'
import type { Dialog } from './dialog.ts'
import type { SessionTimer } from './session-timer.ts'

/** The owner's answer to an offer of the far end. */
export type OfferAnswer = { description: string } | { status: number; reason: string }

/** What the change of a session needs from its call. */
export interface OffersCall {
  readonly digest: CallDigest | undefined
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
