import type { Product } from '../domain/call/call.ts'
import type { CallOutcome } from '../domain/call/call-outcome.ts'

/** The final record of a call: exactly one exists per accepted call. Times are wall milliseconds, absent when it never came to that. */
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
  /** Whole seconds from answer to end, rounded up; 0 when not answered. */
  readonly durationSeconds: number
  readonly hangUpBy: 'callee' | 'here'
  /** Every key that the callee pressed, in order; absent when none was. */
  readonly keys?: string
}
