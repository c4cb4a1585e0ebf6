import { callerIdentity } from './caller-identity.ts'
import { writeNumber } from './number-forms.ts'
import {
  type LeftOutReason,
  leftOutReasons,
  type RoutableTrunk,
  type RouteRequest,
  type Routing,
  routeCall,
} from './route-call.ts'
import type { TrunkProfile } from './trunk-profile.ts'
import { writtenHost, writtenUser } from './written-address.ts'

/** A dry run: where a call would go, how it would look, and why not elsewhere. */
export interface RouteExplanation {
  readonly verdict: Routing['verdict']
  /** In the order in which they are tried, but for the chance among those of one priority. */
  readonly candidates: readonly RouteCandidate[]
  readonly leftOut: readonly { readonly trunk: string; readonly reason: LeftOutReason; readonly words: string }[]
}

export interface RouteCandidate {
  readonly trunk: string
  readonly priority: number
  /** How many of a hundred such calls try it first; 0: only when those before it fail. */
  readonly percent: number
  readonly invite: WrittenInvite
}

/** The lines of an INVITE that tell who is called and who calls. */
export interface WrittenInvite {
  readonly requestUri: string
  /** From; `node-address` stands for the address of the node that dials. */
  readonly from: string
  /** The number that the callee sees, as the trunk writes it; '' when none is told. */
  readonly shown: string
  /** Further headers, `P-Asserted-Identity: …`. */
  readonly headers: readonly string[]
}

/** Explains how a call would be routed at this moment. */
export function explainRoute(request: RouteRequest, trunks: readonly RoutableTrunk[]): RouteExplanation {
  const { candidates, leftOut, verdict } = routeCall(request, trunks, () => 0)
  const ordered = [...candidates].sort((one, other) => one.priority - other.priority || other.weight - one.weight)
  const first = ordered.filter(({ priority }) => priority === ordered[0]?.priority)
  const weights = first.reduce((sum, { weight }) => sum + weight, 0)
  return {
    verdict,
    candidates: ordered.map((profile) => ({
      trunk: profile.name,
      priority: profile.priority,
      percent: first.includes(profile) ? Math.round((100 * profile.weight) / weights) : 0,
      invite: writtenInvite(profile, request),
    })),
    leftOut: leftOut.map(({ trunk, reason }) => ({ trunk: trunk.name, reason, words: leftOutReasons[reason].words })),
  }
}

function writtenInvite(profile: TrunkProfile, { to, show }: RouteRequest): WrittenInvite {
  const { from, shown, headers } = callerIdentity(profile, show)
  const port = profile.port === 0 ? '' : `:${profile.port}`
  const transport = profile.transport === 'tcp' || profile.transport === 'tls' ? `;transport=${profile.transport}` : ''
  const displayName = from.displayName === undefined ? '' : `"${from.displayName}" `
  const called = writtenUser(writeNumber(to, profile.calledForm, profile.calledRules))
  return {
    requestUri: `sip:${called}@${writtenHost(profile.host)}${port}${transport}`,
    from: `${displayName}<sip:${writtenUser(from.user)}@${writtenHost(from.host || 'node-address')}>`,
    shown,
    headers: headers.map(([name, value]) => `${headerNames[name] ?? name}: ${value}`),
  }
}

const headerNames: Readonly<Record<string, string>> = {
  'p-asserted-identity': 'P-Asserted-Identity',
  privacy: 'Privacy',
}
