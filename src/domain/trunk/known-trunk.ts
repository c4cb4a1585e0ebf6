import type { RoutableTrunk, TrunkState } from './route-call.ts'
import type { TrunkProfile } from './trunk-profile.ts'

/** A profile as people, and other nodes, may see it. */
export type OpenProfile = Omit<TrunkProfile, 'password'>

/** A trunk as people may see it: whether there is a password, not which. */
export interface ShownTrunk extends OpenProfile {
  readonly hasPassword: boolean
}

/** What a trunk is to be; without a password the one it has stays. */
export type WantedTrunk = OpenProfile & { readonly password?: string }

/** How a trunk stands on one node, as that node told. */
export interface TrunkStanding {
  readonly trunk: string
  readonly nodeId: string
  /** Where its profile comes from: the store, or the settings of that node; `phones`: its virtual phones. */
  readonly origin: 'store' | 'settings' | 'phones'
  /** Of a trunk that is not in the store. */
  readonly profile?: OpenProfile
  /** `resting`: it failed calls and gets none for a while. */
  readonly health: 'unknown' | 'up' | 'down' | 'resting'
  /** What keeps it from taking a call. */
  readonly state: TrunkState
  /** What was last heard of it, in words. */
  readonly why: string
  /** Absent: it does not register. */
  readonly registration?: string
  /** Calls on it, those that are being given up included. */
  readonly calls: number
  /** Calls that it could take now. */
  readonly room: number
  /** Wall milliseconds. */
  readonly toldAt: number
}

/** A trunk, of the store or of some node's settings, and how it stands. */
export interface KnownTrunk {
  readonly profile: OpenProfile
  readonly origin: TrunkStanding['origin']
  /** On each living node that told of it. */
  readonly standings: readonly TrunkStanding[]
  /** Calls that were taken out of today's cap; `undefined` when it has no cap. */
  readonly callsToday: number | undefined
}

/** As the routing sees it: free when it is on some node, or when no node tells anything. */
export function asRoutable({ profile, standings }: KnownTrunk): RoutableTrunk {
  const states = standings.map(({ state }) => state)
  return { profile: { ...profile, password: '' }, state: states.includes('free') ? 'free' : (states[0] ?? 'free') }
}
