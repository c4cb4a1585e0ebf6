import type { Selectable } from 'kysely'
import type { AdminKey, AdminKeyBook } from '../../admin/access/ports.ts'
import { orRefuse } from '../accounts/admin-refused.ts'
import type { AdminSchema, AdminTables } from './admin-tables.ts'

/** Keys by which programs administer. */
export function createAdminKeys(tables: AdminTables): AdminKeyBook {
  return {
    async list() {
      return (await tables.selectFrom('admin_keys').selectAll().orderBy('created_at').execute()).map(keyOf)
    },

    async find(keyId) {
      const row = await tables.selectFrom('admin_keys').selectAll().where('key_id', '=', keyId).executeTakeFirst()
      return row && keyOf(row)
    },

    async create({ keyId, name, role, accountId, createdAt, expiresAt }, hash) {
      const row = {
        ...{ key_id: keyId, name, role, secret_hash: hash, created_at: createdAt },
        ...{ account_id: accountId ?? null, expires_at: expiresAt ?? null },
      }
      await orRefuse(tables.insertInto('admin_keys').values(row).execute(), accountId ?? '', `Admin key ${keyId}`)
    },

    async hash(keyId) {
      const query = tables.selectFrom('admin_keys').select('secret_hash').where('key_id', '=', keyId)
      return (await query.executeTakeFirst())?.secret_hash
    },

    async revoke(keyId) {
      const query = tables.deleteFrom('admin_keys').where('key_id', '=', keyId)
      return (await query.executeTakeFirstOrThrow()).numDeletedRows > 0n
    },
  }
}

function keyOf(row: Selectable<AdminSchema['admin_keys']>): AdminKey {
  return {
    ...{ keyId: row.key_id, name: row.name, role: row.role, createdAt: row.created_at },
    ...(row.account_id === null ? {} : { accountId: row.account_id }),
    ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
  }
}
