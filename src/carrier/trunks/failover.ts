import type { SipCallEnd } from '../../sip/user-agent.types.ts'

/** How one INVITE came to nothing. */
export interface FailedAttempt {
  readonly end: SipCallEnd | 'silent'
  /** Whether any answer from 180 to 189 came before: a phone may have rung. */
  readonly progressed: boolean
}

/** What may follow: another address of the same trunk, another trunk, or nothing: this is how the call ended. */
export type AfterFailure = 'address' | 'trunk' | 'final'

/**
 * Statuses by which a gateway speaks of itself (RFC 3261 §21.4.2, §21.4.8, §21.5). 403 too: most carriers say it to a
 * sender they do not know, and no phone has rung. 488 and 606 stay: another trunk offers the same codecs.
 */
const gatewayTrouble: Readonly<Record<number, AfterFailure>> = {
  401: 'trunk',
  403: 'trunk',
  407: 'trunk',
  500: 'trunk',
  501: 'trunk',
  502: 'trunk',
  // RFC 3263 §4.3: 503 is the one answer after which the next address is to be tried.
  503: 'address',
  504: 'trunk',
  505: 'trunk',
  513: 'trunk',
}

/** Q.850 causes by which the network tells of the callee, whatever status a gateway made of them. */
const calleeCauses: ReadonlySet<number> = new Set([1, 16, 17, 18, 19, 20, 21, 22, 27, 28, 55, 57])

/**
 * The one rule of failover: **a phone that may have rung is not rung again.** After a provisional answer above 100 one
 * may have, and a verdict about the callee (busy, declined, no such number, not answering) is true on every trunk. What
 * is left is a next hop that said nothing at all, that could not be reached, or that speaks of its own trouble. A 408
 * that came from there is none of these: somebody behind it did not answer, and what he rang is not known.
 */
export function afterFailure({ end, progressed }: FailedAttempt): AfterFailure {
  if (progressed) return 'final'
  if (end === 'silent') return 'address'
  if (end.kind === 'failed') return 'address'
  if (end.kind !== 'refused') return 'final'
  if (end.local) return 'address'
  if (end.q850 !== undefined && calleeCauses.has(end.q850)) return 'final'
  return gatewayTrouble[end.status] ?? 'final'
}

/** What a failed attempt says of the trunk: `failed` counts against it, `alive` speaks for it. */
export function trunkVerdict(attempt: FailedAttempt): 'failed' | 'alive' | 'nothing' {
  const { end, progressed } = attempt
  if (progressed) return 'alive'
  if (end !== 'silent' && end.kind !== 'refused' && end.kind !== 'failed') return 'nothing'
  // A number that this carrier bars (403) says nothing against the carrier.
  const isBarred = end !== 'silent' && end.kind === 'refused' && end.status === 403
  return afterFailure(attempt) === 'final' || isBarred ? 'alive' : 'failed'
}

/** A failed attempt for the log and for people: `answers 503 Service Unavailable`. */
export function failureWords({ end }: FailedAttempt): string {
  if (end === 'silent') return 'gave no sign after an INVITE'
  if (end.kind === 'failed') return `could not be reached: ${end.reason}`
  if (end.kind !== 'refused') return end.kind
  return end.local ? 'does not answer' : `answers ${end.status} ${end.reason}`.trim()
}
