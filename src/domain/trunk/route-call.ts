import { covers, fitsPattern } from './number-forms.ts'
import type { TrunkProfile } from './trunk-profile.ts'

/** Where a call wants to go, and the number it wants to show (empty: the trunk's own). */
export interface RouteRequest {
  readonly to: string
  readonly show: string
}

/** What keeps a trunk from taking one more call at this moment; `free`: nothing. */
export type TrunkState = 'free' | 'down' | 'resting' | 'unregistered' | 'channels' | 'callsPerSecond' | 'callsPerDay'

export interface RoutableTrunk {
  readonly profile: TrunkProfile
  readonly state: TrunkState
}

/** Why a trunk is left out. `waits`: the reason may pass, so a call waits for it instead of ending. */
export const leftOutReasons = {
  disabled: { waits: true, words: 'it is disabled' },
  destination: { waits: false, words: 'the number is not among its allowed destinations' },
  showNumber: { waits: false, words: 'its carrier does not let this number be shown' },
  bound: { waits: false, words: 'the shown number must leave by another trunk' },
  down: { waits: true, words: 'it is down: its next hop does not answer, or answers 503' },
  resting: { waits: true, words: 'it failed several calls in a row and rests for a while' },
  unregistered: { waits: true, words: 'it is not registered' },
  channels: { waits: true, words: 'all its channels are in use' },
  callsPerSecond: { waits: true, words: 'it started as many calls in this second as it may' },
  callsPerDay: { waits: true, words: 'it placed as many calls today as it may' },
} as const satisfies Record<string, { waits: boolean; words: string }>

export type LeftOutReason = keyof typeof leftOutReasons

export interface Routing {
  /** In the order in which they are tried. */
  readonly candidates: readonly TrunkProfile[]
  readonly leftOut: readonly { readonly trunk: TrunkProfile; readonly reason: LeftOutReason }[]
  /** `dial`: there is a candidate. `wait`: there will be. `never`: no trunk may carry such a call. */
  readonly verdict: 'dial' | 'wait' | 'never'
}

/**
 * Chooses trunks for a call: those of the lowest priority first, among equals by weight.
 *
 * @param random 0 ≤ random() < 1, asked once for each candidate that is not the last of its priority
 */
export function routeCall(request: RouteRequest, trunks: readonly RoutableTrunk[], random: () => number): Routing {
  const isBound = request.show !== '' && trunks.some(({ profile }) => profile.boundNumbers.includes(request.show))
  const candidates: TrunkProfile[] = []
  const leftOut: { trunk: TrunkProfile; reason: LeftOutReason }[] = []
  for (const trunk of trunks) {
    const reason = whyNot(trunk, request, isBound)
    if (reason === undefined) candidates.push(trunk.profile)
    else leftOut.push({ trunk: trunk.profile, reason })
  }
  const waits = leftOut.some(({ reason }) => leftOutReasons[reason].waits)
  return {
    candidates: inOrder(candidates, random),
    leftOut,
    verdict: candidates.length > 0 ? 'dial' : waits ? 'wait' : 'never',
  }
}

/** What will not change by waiting comes first: it decides whether a call waits or ends. */
function whyNot({ profile, state }: RoutableTrunk, request: RouteRequest, isBound: boolean): LeftOutReason | undefined {
  if (!profile.destinations.some((destination) => covers(destination, request.to))) return 'destination'
  if (isBound && !profile.boundNumbers.includes(request.show)) return 'bound'
  if (!mayShow(profile, request.show)) return 'showNumber'
  if (!profile.enabled) return 'disabled'
  return state === 'free' ? undefined : state
}

function mayShow({ showNumbers, boundNumbers }: TrunkProfile, show: string): boolean {
  if (show === '' || showNumbers.length === 0 || boundNumbers.includes(show)) return true
  return showNumbers.some((pattern) => fitsPattern(pattern, show))
}

function inOrder(trunks: readonly TrunkProfile[], random: () => number): TrunkProfile[] {
  const ordered: TrunkProfile[] = []
  const priorities = [...new Set(trunks.map(({ priority }) => priority))].sort((one, other) => one - other)
  for (const priority of priorities) {
    const equals = trunks.filter((trunk) => trunk.priority === priority)
    while (equals.length > 1) ordered.push(...equals.splice(drawn(equals, random()), 1))
    ordered.push(...equals)
  }
  return ordered
}

/** Index of one of them, with the probability of its weight. */
function drawn(trunks: readonly TrunkProfile[], chance: number): number {
  let left = chance * trunks.reduce((sum, { weight }) => sum + weight, 0)
  const index = trunks.findIndex(({ weight }) => {
    left -= weight
    return left < 0
  })
  return index < 0 ? trunks.length - 1 : index
}
