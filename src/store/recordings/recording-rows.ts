import type { Selectable } from 'kysely'
import type { StoredRecording } from '../../recordings/ports.ts'
import type { RecordingTable } from '../schema.ts'

export type RecordingRow = Selectable<RecordingTable>

/** A row as the ports of the house speak of it. */
export function recordingOf(row: RecordingRow): StoredRecording {
  return {
    id: row.id,
    recordingId: row.recording_id,
    accountId: row.account_id,
    callId: row.call_id,
    outId: row.out_id,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    durationMs: row.duration_ms,
    bytes: row.bytes,
    shelfId: row.shelf_id,
    file: row.file,
    place:
      row.bucket === null || row.object_key === null
        ? { kind: 'disk' }
        : { kind: 'objects', bucket: row.bucket, key: row.object_key },
    state: row.state,
    attempts: row.attempts,
  }
}
