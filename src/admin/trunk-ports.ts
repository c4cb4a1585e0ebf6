import type { TrunkState } from '../domain/trunk/route-call.ts'
import type { TrunkProfile } from '../domain/trunk/trunk-profile.ts'

/** A trunk as people may see it. */
export interface ShownTrunk extends Omit<TrunkProfile, 'password'> {
  readonly hasPassword: boolean
}

/** How a trunk stands on a node. */
export interface TrunkStanding {
  readonly nodeId: string
  readonly health: 'unknown' | 'up' | 'down' | 'resting'
  readonly state: TrunkState
  readonly why: string
  readonly registration?: string
  readonly calls: number
  readonly room: number
  /** Wall milliseconds. */
  readonly toldAt: number
}

/** A trunk, of the store or of a node's settings, and how it stands. */
export interface KnownTrunk {
  readonly profile: Omit<TrunkProfile, 'password'>
  readonly origin: 'store' | 'settings' | 'phones'
  readonly standings: readonly TrunkStanding[]
  readonly callsToday: number | undefined
}

/** The trunks that an operator manages. Whatever changes something may throw an `AdminRefused`. */
export interface TrunkAdmin {
  find(name: string): Promise<ShownTrunk | undefined>
  list(): Promise<ShownTrunk[]>
  /** Without a password the one it has stays. */
  save(wanted: Omit<TrunkProfile, 'password'> & { readonly password?: string }): Promise<void>
  remove(name: string): Promise<void>
  /** Every trunk that a living node uses, or may use. */
  known(): Promise<KnownTrunk[]>
}
