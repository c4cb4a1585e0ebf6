import type { Selectable } from 'kysely'
import type { Call } from '../../domain/call/call.ts'
import type { CalleeLeg, CallRecord } from '../../records/call-record.ts'
import type { CallRecordTable, CallTable } from '../schema.ts'

/** The columns of `calls` that make a `Call`. */
export const callColumns = [
  'call_id',
  'account_id',
  'operation',
  'product',
  'called_number',
  'show_number',
  'out_id',
  'script',
  'accepted_at',
] as const satisfies readonly (keyof CallTable)[]

/** A row of `calls`, as far as it is the call. */
export type CallRow = Pick<Selectable<CallTable>, (typeof callColumns)[number]>

export function callOf(row: CallRow): Call {
  return {
    callId: row.call_id,
    accountId: row.account_id,
    operation: row.operation,
    product: row.product,
    calledNumber: row.called_number,
    showNumber: row.show_number,
    outId: row.out_id,
    script: row.script,
    acceptedAt: row.accepted_at,
  }
}

/** A record as it was finished; times that never came are absent. */
export function recordOf(row: Selectable<CallRecordTable>): CallRecord {
  return {
    callId: row.call_id,
    accountId: row.account_id,
    product: row.product,
    calledNumber: row.called_number,
    showNumber: row.show_number,
    outId: row.out_id,
    outcome: row.outcome,
    statusCode: row.status_code,
    state: row.state,
    acceptedAt: row.accepted_at,
    ...(row.dialling_at === null ? {} : { diallingAt: row.dialling_at }),
    ...(row.ringing_at === null ? {} : { ringingAt: row.ringing_at }),
    ...(row.answered_at === null ? {} : { answeredAt: row.answered_at }),
    endedAt: row.ended_at,
    durationSeconds: row.duration_seconds,
    hangUpBy: row.hang_up_by,
    ...(row.keys === null ? {} : { keys: row.keys }),
    ...(row.early_media_code === null ? {} : { earlyMediaCode: row.early_media_code }),
    ...(row.trunk === null ? {} : { trunk: row.trunk }),
    ...(row.callee_number === null ? {} : { callee: calleeOf(row, row.callee_number) }),
  }
}

function calleeOf(row: Selectable<CallRecordTable>, number: string): CalleeLeg {
  return {
    number,
    showNumber: row.callee_show_number ?? '',
    ...(row.callee_dialling_at === null ? {} : { diallingAt: row.callee_dialling_at }),
    ...(row.callee_ringing_at === null ? {} : { ringingAt: row.callee_ringing_at }),
    ...(row.callee_answered_at === null ? {} : { answeredAt: row.callee_answered_at }),
    ...(row.callee_ended_at === null ? {} : { endedAt: row.callee_ended_at }),
    ...(row.callee_trunk === null ? {} : { trunk: row.callee_trunk }),
  }
}
