import type { KnownTrunk, ShownTrunk, WantedTrunk } from '../domain/trunk/known-trunk.ts'

/** The trunks that an operator manages. Whatever changes something may throw an `AdminRefused`. */
export interface TrunkAdmin {
  find(name: string): Promise<ShownTrunk | undefined>
  list(): Promise<ShownTrunk[]>
  save(wanted: WantedTrunk): Promise<void>
  remove(name: string): Promise<void>
  /** Every trunk that a living node uses, or may use. */
  known(): Promise<KnownTrunk[]>
}
