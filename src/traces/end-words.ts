import { callOutcomes } from '../domain/call/call-outcome.ts'
import type { CallEnded } from '../events/event-map.ts'

/** How a call ended, for people: `ended: heard (200000), hung up by here`. */
export function endWords({ outcome, hangUpBy, sipStatus, earlyMedia }: CallEnded): string {
  const sip = sipStatus === undefined ? '' : `, SIP ${sipStatus}`
  const early = earlyMedia === undefined ? '' : `, heard before the answer: ${earlyWords(earlyMedia)}`
  return `ended: ${outcome} (${callOutcomes[outcome].statusCode}), hung up by ${hangUpBy}${sip}${early}`
}

function earlyWords(finding: NonNullable<CallEnded['earlyMedia']>): string {
  return finding.kind === 'unrecognised' ? 'something unknown' : `${finding.kind} ${finding.what}`
}
