import { CompiledQuery, sql } from 'kysely'
import { callOutcomes } from '../../domain/call/call-outcome.ts'
import type { Clock } from '../../lib/clock.ts'
import { type RecordingBook, recordPatienceMs } from '../../recordings/ports.ts'
import type { Database } from '../database.ts'
import { outboxStatement, outboxValues } from '../receipts/outbox-statement.ts'
import { recordingOf } from './recording-rows.ts'

/** Rows that one `expire` removes at most. */
const portion = 1_000

/** Recordings of all nodes. Work on a recording belongs to the node that has it on its disk: there are no leases. */
export function createRecordingBook({ tables }: Database, clock: Clock): RecordingBook {
  return {
    async add(recording) {
      const now = clock.now()
      const values = {
        recording_id: recording.recordingId,
        account_id: recording.accountId,
        call_id: recording.callId,
        out_id: recording.outId,
        started_at: recording.startedAt,
        ended_at: recording.endedAt,
        duration_ms: Math.round(recording.durationMs),
        bytes: recording.bytes,
        shelf_id: recording.shelfId,
        file: recording.file,
        created_at: now,
        due_at: now,
      }
      const insert = tables.insertInto('recordings').values(values)
      await insert.onConflict((conflict) => conflict.column('recording_id').doNothing()).execute()
    },

    async due(shelfId, { uploads, limit }) {
      const now = clock.now()
      const rows = await tables
        .selectFrom('recordings')
        .leftJoin('call_records', 'call_records.call_id', 'recordings.call_id')
        .selectAll('recordings')
        .select('call_records.outcome')
        .where('recordings.state', '=', 'waiting')
        .where('shelf_id', '=', shelfId)
        .where('due_at', '<=', now)
        .where((eb) =>
          eb.or([
            eb('call_records.call_id', 'is not', null),
            eb('created_at', '<', now - recordPatienceMs),
            ...(uploads ? [eb('bucket', 'is', null)] : []),
          ]),
        )
        .orderBy('recordings.id')
        .limit(limit)
        .execute()
      return rows.map(({ outcome, ...row }) => ({
        ...recordingOf(row),
        callEnd: outcome === null ? undefined : callOutcomes[outcome],
      }))
    },

    async moved(recordingId, { bucket, key }) {
      const update = tables.updateTable('recordings').set({ bucket, object_key: key, attempts: 0 })
      const result = await update
        .where('recording_id', '=', recordingId)
        .where('state', '<>', 'removed')
        .executeTakeFirstOrThrow()
      return result.numUpdatedRows > 0n
    },

    async tell(recordingId, receipt) {
      return tables.transaction().execute(async (transaction) => {
        const result = await transaction
          .updateTable('recordings')
          .set({ state: 'ready', attempts: 0 })
          .where('recording_id', '=', recordingId)
          .where('state', '=', 'waiting')
          .executeTakeFirstOrThrow()
        if (result.numUpdatedRows === 0n) return false
        const values = outboxValues([{ record: undefined, receipts: [receipt] }], clock.now())
        await transaction.executeQuery(CompiledQuery.raw(outboxStatement.text, values))
        return true
      })
    },

    async postpone(recordingId, retryAt) {
      await tables
        .updateTable('recordings')
        .set((eb) => ({ due_at: retryAt, attempts: eb('attempts', '+', 1) }))
        .where('recording_id', '=', recordingId)
        .execute()
    },

    async waiting(shelfId) {
      const row = await tables
        .selectFrom('recordings')
        .select([sql<number>`count(*)`.as('recordings'), sql<number>`coalesce(sum(bytes), 0)::bigint`.as('bytes')])
        .where('state', '=', 'waiting')
        .where('shelf_id', '=', shelfId)
        .executeTakeFirstOrThrow()
      return row
    },

    async find(recordingId) {
      const query = tables.selectFrom('recordings').selectAll().where('recording_id', '=', recordingId)
      const row = await query.where('state', '<>', 'removed').executeTakeFirst()
      return row && recordingOf(row)
    },

    async expire(storedBefore) {
      const old = tables
        .selectFrom('recordings')
        .select('recording_id')
        .where('state', '=', 'ready')
        .where('created_at', '<', storedBefore)
        .orderBy('created_at')
        .limit(portion)
        .forUpdate()
        .skipLocked()
      const result = await tables
        .updateTable('recordings')
        .set({ state: 'removed', due_at: clock.now(), attempts: 0 })
        .where('recording_id', 'in', old)
        .executeTakeFirstOrThrow()
      return Number(result.numUpdatedRows)
    },

    async removed(shelfId, { objects, limit }) {
      const rows = await tables
        .selectFrom('recordings')
        .selectAll()
        .where('state', '=', 'removed')
        .where('due_at', '<=', clock.now())
        .where((eb) =>
          eb.or([
            eb.and([eb('bucket', 'is', null), eb('shelf_id', '=', shelfId)]),
            ...(objects ? [eb('bucket', 'is not', null)] : []),
          ]),
        )
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(recordingOf)
    },

    async forget(recordingId) {
      const query = tables.deleteFrom('recordings').where('recording_id', '=', recordingId)
      await query.where('state', '=', 'removed').execute()
    },
  }
}
