import type { PeopleBook } from '../../admin/access/ports.ts'
import type { Clock } from '../../lib/clock.ts'
import { orRefuse } from '../accounts/admin-refused.ts'
import type { AdminTables } from './admin-tables.ts'

const shown = ['name', 'role', 'enabled', 'created_at as createdAt'] as const

/** People who sign in. Their sessions go with them, with their password, and with being disabled. */
export function createPeople(tables: AdminTables, clock: Clock): PeopleBook {
  return {
    list: () => tables.selectFrom('admin_people').select(shown).orderBy('name').execute(),
    find: (name) => tables.selectFrom('admin_people').select(shown).where('name', '=', name).executeTakeFirst(),

    async passwordHash(name) {
      const query = tables.selectFrom('admin_people').select('password_hash').where('name', '=', name)
      return (await query.executeTakeFirst())?.password_hash
    },

    async create({ name, role, enabled, passwordHash }) {
      const row = { name, role, enabled, password_hash: passwordHash, created_at: clock.now() }
      await orRefuse(tables.insertInto('admin_people').values(row).execute(), '', `Person ${name}`)
    },

    change: (name, { role, enabled, passwordHash }) =>
      tables.transaction().execute(async (transaction) => {
        const { numUpdatedRows } = await transaction
          .updateTable('admin_people')
          .set({
            name,
            ...(role === undefined ? {} : { role }),
            ...(enabled === undefined ? {} : { enabled }),
            ...(passwordHash === undefined ? {} : { password_hash: passwordHash }),
          })
          .where('name', '=', name)
          .executeTakeFirstOrThrow()
        if (enabled === false || passwordHash !== undefined) {
          await transaction.deleteFrom('admin_sessions').where('name', '=', name).execute()
        }
        return numUpdatedRows > 0n
      }),

    async remove(name) {
      const query = tables.deleteFrom('admin_people').where('name', '=', name)
      return (await query.executeTakeFirstOrThrow()).numDeletedRows > 0n
    },
  }
}
