import type { Call } from '../domain/call/call.ts'
import type { CallOutcome } from '../domain/call/call-outcome.ts'

/**
 * Every event of the product: past tense, facts, not commands. Times are wall milliseconds. The engine emits them and
 * does not know who listens.
 */
export interface EventMap {
  'call.dialling': [{ call: Call; at: number }]
  'call.ringing': [{ call: Call; at: number }]
  'call.answered': [{ call: Call; at: number }]
  /** The callee pressed a key: 0-9, A-D, star, hash. */
  'call.keyPressed': [{ call: Call; key: string; at: number }]
  'call.ended': [CallEnded]
  /** Receipts became visible in the queues of these accounts (long polls wake up). */
  'receipts.queued': [{ queues: readonly string[] }]
}

/** The whole story of one call, as the record needs it. */
export interface CallEnded {
  readonly call: Call
  readonly outcome: CallOutcome
  /** The final SIP status when there was one: `state` of the call detail. */
  readonly sipStatus?: number
  readonly diallingAt?: number
  readonly ringingAt?: number
  readonly answeredAt?: number
  readonly endedAt: number
  /** Every key that the callee pressed, in order; absent when none was. */
  readonly keys?: string
  readonly hangUpBy: 'callee' | 'here'
}
