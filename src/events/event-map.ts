import type { Call } from '../domain/call/call.ts'
import type { CallOutcome } from '../domain/call/call-outcome.ts'
import type { EarlyMediaFinding } from '../domain/call/early-media.ts'
import type { HangUpBy } from '../domain/call/hang-up.ts'

/**
 * Every event of the product: past tense, facts, not commands. Times are wall milliseconds. The engine emits them and
 * does not know who listens.
 */
export interface EventMap {
  'call.dialling': [{ call: Call; at: number }]
  'call.ringing': [{ call: Call; at: number }]
  'call.answered': [{ call: Call; at: number }]
  /** Double calls: the caller is there, and the callee is dialled. */
  'call.calleeDialling': [{ call: Call; at: number }]
  'call.calleeRinging': [{ call: Call; at: number }]
  /** Double calls: both are connected. */
  'call.calleeAnswered': [{ call: Call; at: number }]
  /** The callee pressed a key: 0-9, A-D, star, hash. */
  'call.keyPressed': [{ call: Call; key: string; at: number }]
  /** The recording of a call is complete on this node; before `call.ended`, unless the disk hangs. */
  'call.recorded': [{ call: Call; file: string; startedAt: number; endedAt: number; durationMs: number }]
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
  readonly hangUpBy: HangUpBy
  /** Name of the trunk that carried the first leg, or was the last to try; absent when none was, or it is not known any more. */
  readonly trunk?: string
  /** What was heard of the network before an answer that never came: of the callee, when the call is a double one. */
  readonly earlyMedia?: EarlyMediaFinding
  /** The second leg of a double call. The times above are those of its first leg, the caller's. */
  readonly calleeDiallingAt?: number
  readonly calleeRingingAt?: number
  readonly calleeAnsweredAt?: number
  readonly calleeEndedAt?: number
  readonly calleeTrunk?: string
}
