import type { CallOutcome } from '../domain/call/call-outcome.ts'
import { callOutcomes } from '../domain/call/call-outcome.ts'
import type { CallEnded } from '../events/event-map.ts'
import type { CallRecord } from './call-record.ts'

/**
 * Outcomes that say what went wrong on the way but nothing about the callee. For these, operators want the network's
 * own answer as `state` (the reference's samples show a bare `502` for an unanswered call).
 */
const withoutVerdict: ReadonlySet<CallOutcome> = new Set([
  'unreachable',
  'networkBusy',
  'codecRefused',
  'overConcurrency',
  'systemError',
])

/** Folds the story of an ended call into its record. Pure: the same story gives the same record. */
export function recordOf(ended: CallEnded): CallRecord {
  const { call, outcome } = ended
  const statusCode = callOutcomes[outcome].statusCode
  return {
    callId: call.callId,
    accountId: call.accountId,
    product: call.product,
    calledNumber: call.calledNumber,
    showNumber: call.showNumber,
    outId: call.outId,
    outcome,
    statusCode,
    state: withoutVerdict.has(outcome) && ended.sipStatus !== undefined ? String(ended.sipStatus) : statusCode,
    acceptedAt: call.acceptedAt,
    ...(ended.diallingAt !== undefined && { diallingAt: ended.diallingAt }),
    ...(ended.ringingAt !== undefined && { ringingAt: ended.ringingAt }),
    ...(ended.answeredAt !== undefined && { answeredAt: ended.answeredAt }),
    endedAt: ended.endedAt,
    durationSeconds: talkSeconds(ended),
    hangUpBy: ended.hangUpBy,
    ...(ended.keys !== undefined && { keys: ended.keys }),
  }
}

/** Whole seconds from answer to end, rounded up. The wall clock may have been set back meanwhile: never below 0. */
function talkSeconds({ answeredAt, endedAt }: CallEnded): number {
  return answeredAt === undefined ? 0 : Math.max(0, Math.ceil((endedAt - answeredAt) / 1000))
}
