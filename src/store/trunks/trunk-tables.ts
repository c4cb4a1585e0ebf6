import type { Kysely } from 'kysely'
import type { TrunkStanding } from '../../domain/trunk/known-trunk.ts'
import type { TrunkProfile } from '../../domain/trunk/trunk-profile.ts'
import type { Database } from '../database.ts'
import type { Schema } from '../schema.ts'

/** A profile without what has columns of its own. Versions of the program differ in what they know: all may be absent. */
export type KeptProfile = Partial<Omit<TrunkProfile, 'name' | 'enabled' | 'password'>>

/** How a trunk stands on a node, without what has columns of its own. */
export type KeptReport = Omit<TrunkStanding, 'trunk' | 'nodeId' | 'toldAt'>

/** The tables of `0008-trunks.sql`. */
export interface TrunkSchema extends Pick<Schema, 'nodes'> {
  trunks: {
    name: string
    enabled: boolean
    profile: KeptProfile
    sealed_password: string | null
    created_at: number
    changed_at: number
  }
  trunk_lines: {
    node_id: string
    trunk: string
    report: KeptReport
    channels: number
    calls_per_second_e3: number
    told_at: number
  }
  trunk_days: { trunk: string; day: string; calls: number }
}

/** The same database, as the trunks see it. */
export function trunkTables(database: Database): Kysely<TrunkSchema> {
  return database.tables.withTables<Pick<TrunkSchema, 'trunks' | 'trunk_lines' | 'trunk_days'>>()
}
