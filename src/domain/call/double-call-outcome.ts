import type { CallOutcome } from './call-outcome.ts'

/** Outcomes that have a code of their own when it is the first of two legs that was not answered (caller). */
const ofCaller: Partial<Record<CallOutcome, CallOutcome>> = { restricted: 'callerRestricted' }

/** The same for the second leg (callee). What is not in the list keeps its single code: the reference has no other. */
const ofCallee: Partial<Record<CallOutcome, CallOutcome>> = {
  busy: 'calleeBusy',
  noAnswer: 'calleeNoAnswer',
  rejected: 'calleeRejected',
  invalidNumber: 'calleeInvalidNumber',
  outOfCoverage: 'calleeOutOfCoverage',
  restricted: 'calleeRestricted',
}

/** How a double call ends whose caller did not answer. */
export function callerOutcome(outcome: CallOutcome): CallOutcome {
  return ofCaller[outcome] ?? outcome
}

/** How a double call ends whose callee did not answer. */
export function calleeOutcome(outcome: CallOutcome): CallOutcome {
  return ofCallee[outcome] ?? outcome
}
