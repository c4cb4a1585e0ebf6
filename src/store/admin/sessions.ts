import type { LoginBook, SessionBook } from '../../admin/access/ports.ts'
import type { AdminTables } from './admin-tables.ts'

/** Sessions of people, on every node. */
export function createSessions(tables: AdminTables): SessionBook {
  return {
    async open({ tokenHash, name, now, staleBefore }) {
      await tables.deleteFrom('admin_sessions').where('created_at', '<', staleBefore).execute()
      const row = { token_hash: tokenHash, name, created_at: now, seen_at: now }
      await tables.insertInto('admin_sessions').values(row).execute()
    },

    find: (tokenHash) =>
      tables
        .selectFrom('admin_sessions')
        .innerJoin('admin_people', 'admin_people.name', 'admin_sessions.name')
        .select(['admin_people.name', 'role', 'admin_sessions.created_at as createdAt', 'seen_at as seenAt'])
        .where('token_hash', '=', tokenHash)
        .where('enabled', '=', true)
        .executeTakeFirst(),

    async seen(tokenHash, now) {
      await tables.updateTable('admin_sessions').set({ seen_at: now }).where('token_hash', '=', tokenHash).execute()
    },

    async close(tokenHash) {
      await tables.deleteFrom('admin_sessions').where('token_hash', '=', tokenHash).execute()
    },
  }
}

/** Tries to sign in; those that are out of date go whenever one is counted. */
export function createLogins(tables: AdminTables): LoginBook {
  return {
    async count({ name, address, at }, since) {
      await tables.deleteFrom('admin_login_tries').where('tried_at', '<', since).execute()
      const row = { name, address, tried_at: at }
      const { id } = await tables.insertInto('admin_login_tries').values(row).returning('id').executeTakeFirstOrThrow()
      const counts = await tables
        .selectFrom('admin_login_tries')
        .select(({ fn, eb, and }) => [
          fn
            .countAll<number>()
            .filterWhere(and([eb('name', '=', name), eb('address', '=', address)]))
            .as('ofPair'),
          fn.countAll<number>().filterWhere('address', '=', address).as('ofAddress'),
          fn.countAll<number>().filterWhere('name', '=', name).as('ofName'),
        ])
        .where('tried_at', '>=', since)
        .executeTakeFirstOrThrow()
      return { id, ...counts }
    },

    async takeBack(id) {
      await tables.deleteFrom('admin_login_tries').where('id', '=', id).execute()
    },

    async forgive({ name, address }) {
      await tables.deleteFrom('admin_login_tries').where('name', '=', name).where('address', '=', address).execute()
    },
  }
}
