import type { CallOutcome } from './call-outcome.ts'
import { callOutcomes } from './call-outcome.ts'

/** What the network said before the answer. */
export type EarlyMediaFinding =
  /** `what`: for people, which announcement or tone it was. `confidence`: 0 to 1. */
  | { kind: 'announcement' | 'tone'; outcome: CallOutcome; what: string; confidence: number }
  /** Something was played that is not in the library. */
  | { kind: 'unrecognised' }

/** `early_media_code` of what was played and not understood (reference, call status codes). */
const unrecognisedCode = '200130'

/** `early_media_code` of a record and its receipt. */
export function earlyMediaCode(finding: EarlyMediaFinding): string {
  return finding.kind === 'unrecognised' ? unrecognisedCode : callOutcomes[finding.outcome].statusCode
}

/**
 * Outcomes that say what went wrong on the way and little about the callee. What the network was heard to play before
 * them says more.
 */
const vague: ReadonlySet<CallOutcome> = new Set(['unreachable', 'networkBusy', 'noAnswer'])

/**
 * The outcome of a call that was not answered, when something was heard before: an announcement has said it; a tone
 * decides where the network's own answer is vague (an endless busy tone, then the end of the ringing time); what was
 * not understood changes nothing.
 */
export function outcomeWithEarlyMedia(outcome: CallOutcome, finding: EarlyMediaFinding | undefined): CallOutcome {
  if (finding === undefined || finding.kind === 'unrecognised') return outcome
  return finding.kind === 'announcement' || vague.has(outcome) ? finding.outcome : outcome
}
