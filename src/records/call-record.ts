import type { Product } from '../domain/call/call.ts'
import type { CallOutcome } from '../domain/call/call-outcome.ts'
import type { HangUpBy } from '../domain/call/hang-up.ts'

/**
 * The final record of a call: exactly one exists per accepted call. Times are wall milliseconds, absent when it never came
 * to that. Numbers and times are those of its first leg, which of a double call is the caller's.
 */
export interface CallRecord {
  readonly callId: string
  readonly accountId: string
  readonly product: Product
  readonly calledNumber: string
  readonly showNumber: string
  readonly outId: string
  readonly outcome: CallOutcome
  readonly statusCode: string
  /** `state` of QueryCallDetailByCallId: platform code when the call reached a verdict, else the SIP code. */
  readonly state: string
  readonly acceptedAt: number
  readonly diallingAt?: number
  readonly ringingAt?: number
  readonly answeredAt?: number
  readonly endedAt: number
  /** Whole seconds from answer to end, of a double call from its callee's answer, rounded up; 0 when not answered. */
  readonly durationSeconds: number
  readonly hangUpBy: HangUpBy
  /** Every key that the callee pressed, in order; absent when none was. */
  readonly keys?: string
  /** `early_media_code`: what the network was heard to play before an answer that never came. */
  readonly earlyMediaCode?: string
  /** Name of the trunk that carried it, or was the last to try; absent when none was, or it is not known any more. */
  readonly trunk?: string
  /** The second leg; double calls only, also when it was never dialled. */
  readonly callee?: CalleeLeg
}

/** The leg to the callee of a double call. */
export interface CalleeLeg {
  readonly number: string
  readonly showNumber: string
  readonly diallingAt?: number
  readonly ringingAt?: number
  readonly answeredAt?: number
  readonly endedAt?: number
  readonly trunk?: string
}
