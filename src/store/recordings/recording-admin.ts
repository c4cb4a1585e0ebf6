import type { Clock } from '../../lib/clock.ts'
import type { RecordingAdmin } from '../../recordings/ports.ts'
import type { Database } from '../database.ts'
import { recordingOf } from './recording-rows.ts'

/** Recordings for those who administer. Every query names the account: what belongs to another does not exist. */
export function createRecordingAdmin({ tables }: Database, clock: Clock): RecordingAdmin {
  const present = (accountId: string) =>
    tables.selectFrom('recordings').selectAll().where('account_id', '=', accountId).where('state', '<>', 'removed')
  return {
    async list(accountId, { callId }, { limit, before }) {
      const rows = await present(accountId)
        .$if(callId !== undefined, (query) => query.where('call_id', '=', callId ?? ''))
        .$if(before !== undefined, (query) => query.where('id', '<', before ?? 0))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute()
      return rows.map(recordingOf)
    },

    async find(accountId, recordingId) {
      const row = await present(accountId).where('recording_id', '=', recordingId).executeTakeFirst()
      return row && recordingOf(row)
    },

    async remove(accountId, recordingId) {
      const result = await tables
        .updateTable('recordings')
        .set({ state: 'removed', due_at: clock.now(), attempts: 0 })
        .where('account_id', '=', accountId)
        .where('recording_id', '=', recordingId)
        .where('state', '<>', 'removed')
        .executeTakeFirstOrThrow()
      return result.numUpdatedRows > 0n
    },
  }
}
