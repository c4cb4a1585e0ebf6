import type { CallOutcome } from '../domain/call/call-outcome.ts'
import { callOutcomes } from '../domain/call/call-outcome.ts'
import { earlyMediaCode } from '../domain/call/early-media.ts'
import { talkSeconds } from '../domain/call/talk-seconds.ts'
import { bridgeOf } from '../domain/script/script.ts'
import type { CallEnded } from '../events/event-map.ts'
import type { CalleeLeg, CallRecord } from './call-record.ts'

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
  const callee = calleeLeg(ended)
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
    durationSeconds: talkSeconds(callee === undefined ? ended.answeredAt : callee.answeredAt, ended.endedAt),
    hangUpBy: ended.hangUpBy,
    ...(ended.keys !== undefined && { keys: ended.keys }),
    ...(ended.earlyMedia !== undefined && { earlyMediaCode: earlyMediaCode(ended.earlyMedia) }),
    ...(ended.trunk !== undefined && { trunk: ended.trunk }),
    ...(callee !== undefined && { callee }),
  }
}

function calleeLeg({ call, ...ended }: CallEnded): CalleeLeg | undefined {
  const bridge = bridgeOf(call.script)
  if (bridge === undefined) return undefined
  return {
    number: bridge.to,
    showNumber: bridge.show,
    ...(ended.calleeDiallingAt !== undefined && { diallingAt: ended.calleeDiallingAt }),
    ...(ended.calleeRingingAt !== undefined && { ringingAt: ended.calleeRingingAt }),
    ...(ended.calleeAnsweredAt !== undefined && { answeredAt: ended.calleeAnsweredAt }),
    ...(ended.calleeEndedAt !== undefined && { endedAt: ended.calleeEndedAt }),
    ...(ended.calleeTrunk !== undefined && { trunk: ended.calleeTrunk }),
  }
}
