import type { CallOutcome } from '../domain/call/call-outcome.ts'
import type { SipCallEnd } from '../sip/user-agent.types.ts'

/** Words in the text of a Reason header by which networks tell what a bare 480 hides. Checked before the cause. */
const outcomeByReasonText: readonly [pattern: RegExp, outcome: CallOutcome][] = [
  [/power(ed)?[ -]?off|switched off|关机/i, 'poweredOff'],
  [/out of (coverage|service area)|不在服务区/i, 'outOfCoverage'],
  [/suspended|out of service|停机/i, 'suspended'],
]

/** Q.850 §2.2.7 causes that say more than the SIP status they come with. */
const outcomeByCause: Readonly<Record<number, CallOutcome>> = {
  1: 'invalidNumber',
  17: 'busy',
  18: 'noAnswer',
  19: 'noAnswer',
  20: 'outOfCoverage',
  21: 'rejected',
  22: 'invalidNumber',
  27: 'unreachable',
  28: 'invalidNumber',
  34: 'networkBusy',
  38: 'unreachable',
  41: 'unreachable',
  42: 'networkBusy',
  55: 'restricted',
  57: 'restricted',
  65: 'codecRefused',
  88: 'codecRefused',
}

/** Final status of an INVITE (RFC 3261 §21) without, or with an unknown, Q.850 cause. */
const outcomeByStatus: Readonly<Record<number, CallOutcome>> = {
  403: 'restricted',
  404: 'invalidNumber',
  408: 'noAnswer',
  410: 'invalidNumber',
  480: 'noAnswer',
  484: 'invalidNumber',
  486: 'busy',
  487: 'noAnswer',
  488: 'codecRefused',
  500: 'unreachable',
  502: 'unreachable',
  503: 'unreachable',
  504: 'unreachable',
  600: 'busy',
  603: 'rejected',
  604: 'invalidNumber',
  606: 'codecRefused',
  607: 'rejected',
}

/**
 * Statuses whose own meaning is surer than the cause beside them: gateways put a general cause (16, 31, 127) or one of
 * their own into the Reason of these. 403 with cause 21 is the network refusing, not the callee.
 */
const statusBeforeCause: ReadonlySet<number> = new Set([403, 404, 410, 484, 486, 488, 600, 603, 604, 606, 607])

/** The outcome of a call that was never answered, with the SIP status that ended it, if one did. */
export function outcomeFromSip(end: SipCallEnd): { outcome: CallOutcome; sipStatus?: number } {
  switch (end.kind) {
    case 'refused':
      return { outcome: outcomeOfRefusal(end), sipStatus: end.status }
    case 'ringTimeout':
      return { outcome: 'noAnswer', sipStatus: 487 }
    case 'cancelled':
      return { outcome: 'cancelled', sipStatus: 487 }
    case 'bye':
    case 'failed':
      return { outcome: 'unreachable' }
  }
}

function outcomeOfRefusal(end: Extract<SipCallEnd, { kind: 'refused' }>): CallOutcome {
  // 408 of our own: not even a 100 came back. The next hop is at fault, no phone rang.
  if (end.local) return 'unreachable'
  const text = end.q850Text
  const said = text === undefined ? undefined : outcomeByReasonText.find(([pattern]) => pattern.test(text))
  if (said !== undefined) return said[1]
  const byStatus = outcomeByStatus[end.status]
  if (byStatus !== undefined && statusBeforeCause.has(end.status)) return byStatus
  const byCause = end.q850 === undefined ? undefined : outcomeByCause[end.q850]
  return byCause ?? byStatus ?? 'unreachable'
}
