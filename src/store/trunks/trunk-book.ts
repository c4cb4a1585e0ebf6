import type { Kysely } from 'kysely'
import { troubleOf } from '../../domain/trunk/check-trunk.ts'
import type { OpenProfile, ShownTrunk, WantedTrunk } from '../../domain/trunk/known-trunk.ts'
import { type TrunkProfile, usualTrunk } from '../../domain/trunk/trunk-profile.ts'
import type { Clock } from '../../lib/clock.ts'
import { AdminRefused, demandChanged } from '../accounts/admin-refused.ts'
import type { Seal } from '../secrets/seal.ts'
import type { KeptProfile, TrunkSchema } from './trunk-tables.ts'

/** The trunks that an operator manages. */
export interface TrunkBook {
  /** Makes or changes a trunk. Every node follows within a second; calls on it go on. @throws {AdminRefused} malformed */
  save(wanted: WantedTrunk): Promise<void>
  find(name: string): Promise<ShownTrunk | undefined>
  list(): Promise<ShownTrunk[]>
  /** @throws {AdminRefused} unknown */
  remove(name: string): Promise<void>
  /** With their passwords: for the node that dials. */
  profiles(): Promise<TrunkProfile[]>
}

/** The purpose under which the password of a trunk is sealed. */
function passwordPurpose(name: string): string {
  return `trunk password ${name}`
}

export function createTrunkBook(context: {
  tables: Kysely<TrunkSchema>
  clock: Clock
  seal: Seal
  changed: () => void
}): TrunkBook {
  const { tables, clock, seal, changed } = context
  const rows = (name?: string) => {
    const query = tables.selectFrom('trunks').selectAll().orderBy('name')
    return (name === undefined ? query : query.where('name', '=', name)).execute()
  }
  return {
    async save(wanted) {
      const { name, enabled, password, ...facts } = wanted
      const trouble = troubleOf({ ...wanted, password: password ?? '' })
      if (trouble !== undefined) throw new AdminRefused('malformed', trouble)
      const nowMs = clock.now()
      const sealed =
        password === undefined
          ? {}
          : { sealed_password: password === '' ? null : seal.seal(password, passwordPurpose(name)) }
      const row = { enabled, profile: kept(facts), changed_at: nowMs, ...sealed }
      await tables
        .insertInto('trunks')
        .values({ name, created_at: nowMs, sealed_password: null, ...row })
        .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
        .execute()
      changed()
    },

    async find(name) {
      const [row] = await rows(name)
      return row && { ...profileOf(row), hasPassword: row.sealed_password !== null }
    },

    async list() {
      return (await rows()).map((row) => ({ ...profileOf(row), hasPassword: row.sealed_password !== null }))
    },

    async remove(name) {
      const result = await tables.deleteFrom('trunks').where('name', '=', name).executeTakeFirstOrThrow()
      demandChanged(result.numDeletedRows, `trunk ${name}`)
      changed()
    },

    async profiles() {
      return (await rows()).map((row) => {
        const { sealed_password: sealed } = row
        return { ...profileOf(row), password: sealed === null ? '' : seal.open(sealed, passwordPurpose(row.name)) }
      })
    },
  }
}

/** Nothing but what a profile has: a caller's further fields are not kept. */
function kept(facts: Omit<TrunkProfile, 'name' | 'enabled' | 'password'>): KeptProfile {
  const names = ['host', ...Object.keys(usualTrunk)].filter((name) => name !== 'enabled' && name !== 'password')
  return Object.fromEntries(Object.entries(facts).filter(([name]) => names.includes(name)))
}

function profileOf(row: { name: string; enabled: boolean; profile: KeptProfile }): OpenProfile {
  const { password: _none, ...usual } = usualTrunk
  return { ...usual, host: '', ...row.profile, name: row.name, enabled: row.enabled }
}
