import { callOutcomes } from '../../domain/call/call-outcome.ts'
import { announcementClasses } from '../../recognition/announcement.ts'

/** `hungUpEarly` → `hung up early`. */
const inWords = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

/** The `state` of a call detail in English: `200000` → `heard`, `503` → `the network answered 503`. */
export function outcomeWords(state: string): string {
  const names = Object.entries(callOutcomes)
    .filter(([, row]) => row.statusCode === state)
    .map(([name]) => inWords(name))
  return names.length === 0 ? `the network answered ${state}` : names.join(' or ')
}

/** Codes that a call has too when it is given up for another reason: it rang too long, or was called off. */
const ambiguous = new Set(['200003', '200005'])

/**
 * Whether a call was ended because of what the network announced: the phone saw it given up before the answer, and the
 * code is one that only an announcement can have told by then.
 *
 * @param end of the phone's record of the call
 */
export function wasAnnounced(state: string, end: { readonly by: string; readonly how: string } | undefined): boolean {
  return end?.by === 'caller' && end.how === 'gaveUp' && !ambiguous.has(state) && announcedCodes.has(state)
}

const announcedCodes: ReadonlySet<string> = new Set(
  Object.values(announcementClasses).map(({ outcome }) => callOutcomes[outcome].statusCode),
)
