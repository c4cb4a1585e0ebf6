import { writeNumber } from './number-forms.ts'
import type { TrunkProfile } from './trunk-profile.ts'
import { writtenHost, writtenUser } from './written-address.ts'

/** How an INVITE tells who calls. */
export interface CallerIdentity {
  /** User and host of From; an empty host is the address of this end. */
  readonly from: { readonly user: string; readonly host: string; readonly displayName?: string }
  /** The number in From, as the trunk writes it; '' when it tells none. */
  readonly shown: string
  /** Headers beside it. */
  readonly headers: readonly (readonly [name: string, value: string])[]
}

type Told = Pick<
  TrunkProfile,
  'host' | 'ownNumber' | 'shownForm' | 'shownRules' | 'assertedIdentity' | 'privacy' | 'fromDomain'
>

/**
 * Who calls, as a trunk tells it.
 *
 * @param showNumber the number of the call; empty: the trunk's own
 */
export function callerIdentity(profile: Told, showNumber: string): CallerIdentity {
  const shown = shownNumber(profile, showNumber)
  const asserted = { off: '', shown, own: written(profile, profile.ownNumber) }[profile.assertedIdentity]
  const headers: [string, string][] = []
  if (asserted !== '') {
    const domain = profile.fromDomain || profile.host
    headers.push(['p-asserted-identity', `<sip:${writtenUser(asserted)}@${writtenHost(domain)}>`])
  }
  // RFC 3325 §9.3: `id` withholds P-Asserted-Identity from the callee.
  if (profile.privacy) headers.push(['privacy', 'id'])
  // RFC 3323 §4.1.1.3: a From that tells nothing.
  const from = profile.privacy
    ? { user: 'anonymous', host: 'anonymous.invalid', displayName: 'Anonymous' }
    : { user: shown || 'anonymous', host: profile.fromDomain }
  return { from, shown: profile.privacy ? '' : shown, headers }
}

/** The number that is told, as the trunk writes it. */
function shownNumber(profile: Told, showNumber: string): string {
  return written(profile, showNumber || profile.ownNumber)
}

function written({ shownForm, shownRules }: Told, number: string): string {
  return number === '' ? '' : writeNumber(number, shownForm, shownRules)
}
