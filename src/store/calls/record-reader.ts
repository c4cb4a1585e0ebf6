import type { RecordReader } from '../../operations/ports.ts'
import type { Database } from '../database.ts'
import { callColumns, callOf, recordOf } from './call-rows.ts'

/** Reads calls and their records. */
export function createRecordReader({ tables }: Database): RecordReader {
  return {
    async find(accountId, callId) {
      const row = await tables
        .selectFrom('calls')
        .select(callColumns)
        .where('call_id', '=', callId)
        .where('account_id', '=', accountId)
        .executeTakeFirst()
      if (row === undefined) return undefined
      const record = await tables
        .selectFrom('call_records')
        .selectAll()
        .where('call_id', '=', callId)
        .executeTakeFirst()
      return { call: callOf(row), record: record === undefined ? undefined : recordOf(record) }
    },
  }
}
