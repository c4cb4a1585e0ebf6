import type { AuditBook } from '../../admin/access/ports.ts'
import type { AdminTables } from './admin-tables.ts'

/** The audit log. Nothing here removes from it. */
export function createAuditLog(tables: AdminTables): AuditBook {
  return {
    async begin({ requestId, ...entry }) {
      const insert = tables.insertInto('admin_audit').values({ ...entry, request_id: requestId, outcome: 'started' })
      return (await insert.returning('id').executeTakeFirstOrThrow()).id
    },

    async end(id, outcome) {
      await tables.updateTable('admin_audit').set({ outcome }).where('id', '=', id).execute()
    },

    list: ({ actor, action, target, from, to }, { limit, beforeId }) =>
      tables
        .selectFrom('admin_audit')
        .select(['id', 'at', 'actor', 'action', 'target', 'address', 'request_id as requestId', 'outcome'])
        .$if(actor !== undefined, (query) => query.where('actor', '=', actor ?? ''))
        .$if(action !== undefined, (query) => query.where('action', '=', action ?? ''))
        .$if(target !== undefined, (query) =>
          query.where((eb) => eb(eb.fn('starts_with', ['target', eb.val(target ?? '')]), '=', eb.lit(true))),
        )
        .$if(from !== undefined, (query) => query.where('at', '>=', from ?? 0))
        .$if(to !== undefined, (query) => query.where('at', '<', to ?? 0))
        .$if(beforeId !== undefined, (query) => query.where('id', '<', beforeId ?? 0))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute(),
  }
}
