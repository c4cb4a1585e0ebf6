import { sql } from 'kysely'
import type { Clock } from '../../lib/clock.ts'
import type { TraceBook, TracedCalls } from '../../traces/ports.ts'
import type { Database } from '../database.ts'

/** Traces of all nodes. What is older than the operator wants is removed by `cleaner.ts`. */
export function createTraceBook({ tables }: Database, clock: Clock): TraceBook & TracedCalls {
  return {
    async add(parts) {
      if (parts.length === 0) return
      const callIds = parts.map(({ callId }) => callId)
      const packed = parts.map((part) => part.packed)
      await sql`INSERT INTO call_traces (call_id, written_at, packed)
        SELECT part.call_id, ${clock.now()}, part.packed
        FROM unnest(${callIds}::text[], ${packed}::bytea[]) AS part (call_id, packed)`.execute(tables)
    },

    async read(callId) {
      const rows = await tables
        .selectFrom('call_traces')
        .select('packed')
        .where('call_id', '=', callId)
        .orderBy('id')
        .execute()
      return rows.map(({ packed }) => packed)
    },

    async progressOf(callId) {
      const row = await tables
        .selectFrom('calls')
        .leftJoin('call_records', 'call_records.call_id', 'calls.call_id')
        .select('call_records.ended_at')
        .where('calls.call_id', '=', callId)
        .executeTakeFirst()
      if (row === undefined) return undefined
      return row.ended_at === null ? {} : { endedAt: row.ended_at }
    },
  }
}
