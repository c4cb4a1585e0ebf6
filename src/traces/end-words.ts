import { callOutcomes } from '../domain/call/call-outcome.ts'
import type { CallEnded } from '../events/event-map.ts'

const beginning = 'ended: '

/** Whether these words tell how a call ended: nothing but stragglers comes after them. */
export function areEndWords(words: string): boolean {
  return words.startsWith(beginning)
}

/** How a call ended, for people: `ended: heard (200000), hung up by here`. */
export function endWords({ outcome, hangUpBy, sipStatus, earlyMedia }: CallEnded): string {
  const sip = sipStatus === undefined ? '' : `, SIP ${sipStatus}`
  const early = earlyMedia === undefined ? '' : `, heard before the answer: ${earlyWords(earlyMedia)}`
  return `${beginning}${outcome} (${callOutcomes[outcome].statusCode}), hung up by ${hangUpBy}${sip}${early}`
}

function earlyWords(finding: NonNullable<CallEnded['earlyMedia']>): string {
  return finding.kind === 'unrecognised' ? 'something unknown' : `${finding.kind} ${finding.what}`
}
