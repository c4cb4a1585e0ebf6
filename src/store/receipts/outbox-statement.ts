import { initialAttributes } from '../../domain/receipt/queue.ts'
import { queueName, type Receipt } from '../../domain/receipt/receipt.ts'
import type { CallRecord } from '../../records/call-record.ts'
import { chargeSteps, costOfRecord } from '../calls/charge-steps.ts'
import type { Statement } from '../database.ts'

/** What one `finish` (with a record) or `report` (without) wants on disk. */
export interface Outgoing {
  readonly record: CallRecord | undefined
  readonly receipts: readonly Receipt[]
}

/**
 * A batch of records and receipts in one statement, thus one commit: a record is written when the call has none, the call is
 * closed with it and charged (`calls/charge-steps.ts`), and receipts go to the queue and the push outbox as the account's subscriptions say. Receipts that
 * belong to a record are dropped when the record was there before. Rows are locked in the order of call ids.
 *
 * $24 is now, wall milliseconds; $25 and $26: delay and retention of a queue about which nothing was set, seconds;
 * $27: the keys of each record; $28: what its early media said; $29 to $34: the second leg of a double call;
 * $35 and $36: the trunks of both legs.
 */
export const outboxStatement: Statement = {
  name: 'outbox',
  text: `
WITH ended AS MATERIALIZED (
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
      $9::text[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::integer[], $16::text[], $27::text[],
      $28::text[], $29::text[], $30::text[], $31::bigint[], $32::bigint[], $33::bigint[], $34::bigint[],
      $35::text[], $36::text[])
    AS ended (call_id, account_id, product, called_number, show_number, out_id, outcome, status_code,
      state, accepted_at, dialling_at, ringing_at, answered_at, ended_at, duration_seconds, hang_up_by, keys,
      early_media_code, callee_number, callee_show_number, callee_dialling_at, callee_ringing_at, callee_answered_at,
      callee_ended_at, trunk, callee_trunk)
), receipt AS MATERIALIZED (
  SELECT * FROM unnest($17::text[], $18::text[], $19::text[], $20::text[], $21::text[], $22::boolean[], $23::integer[])
    AS receipt (account_id, message_type, queue, call_id, body, is_of_record, position)
), recorded AS (
  INSERT INTO call_records (call_id, account_id, product, called_number, show_number, out_id, outcome, status_code,
      state, accepted_at, dialling_at, ringing_at, answered_at, ended_at, duration_seconds, hang_up_by, keys,
      early_media_code, callee_number, callee_show_number, callee_dialling_at, callee_ringing_at, callee_answered_at,
      callee_ended_at, trunk, callee_trunk, cost_e4)
  SELECT ended.*, ${costOfRecord} FROM ended LEFT JOIN call_holds USING (call_id) ORDER BY call_id
  ON CONFLICT (call_id) DO NOTHING
  RETURNING call_id, cost_e4
), ${chargeSteps}closed AS (
  UPDATE calls SET state = 'ended' WHERE call_id = ANY (ARRAY(SELECT call_id FROM recorded))
), wanted AS MATERIALIZED (
  SELECT receipt.*, subscriptions.queue AS is_queued, subscriptions.push_url
    FROM receipt JOIN subscriptions USING (account_id, message_type)
    WHERE NOT is_of_record OR call_id IN (SELECT call_id FROM recorded)
    ORDER BY position
), queued AS (
  INSERT INTO queue_messages (queue, body, enqueued_at, visible_at, expires_at)
  SELECT queue, body, $24::bigint, $24::bigint + coalesce(delay_seconds, $25::bigint) * 1000,
      $24::bigint + coalesce(retention_seconds, $26::bigint) * 1000
    FROM wanted LEFT JOIN queues USING (queue) WHERE is_queued ORDER BY position
), pushed AS (
  INSERT INTO push_outbox (account_id, message_type, call_id, url, body, created_at, due_at)
  SELECT account_id, message_type, call_id, push_url, body, $24::bigint, $24::bigint FROM wanted
    WHERE push_url IS NOT NULL ORDER BY position
)
SELECT count(*) FROM recorded`,
}

/** The values of `outboxStatement`. A call may have a record in a batch only once. */
export function outboxValues(batch: readonly Outgoing[], now: number): unknown[] {
  const records = batch.flatMap(({ record }) => (record === undefined ? [] : [record]))
  const receipts = batch.flatMap(({ record, receipts }) =>
    receipts.map((receipt) => ({ ...receipt, isOfRecord: record !== undefined })),
  )
  return [
    records.map((record) => record.callId),
    records.map((record) => record.accountId),
    records.map((record) => record.product),
    records.map((record) => record.calledNumber),
    records.map((record) => record.showNumber),
    records.map((record) => record.outId),
    records.map((record) => record.outcome),
    records.map((record) => record.statusCode),
    records.map((record) => record.state),
    records.map((record) => record.acceptedAt),
    records.map((record) => record.diallingAt ?? null),
    records.map((record) => record.ringingAt ?? null),
    records.map((record) => record.answeredAt ?? null),
    records.map((record) => record.endedAt),
    records.map((record) => record.durationSeconds),
    records.map((record) => record.hangUpBy),
    receipts.map((receipt) => receipt.accountId),
    receipts.map((receipt) => receipt.messageType),
    receipts.map((receipt) => queueName(receipt.accountId, receipt.messageType)),
    receipts.map((receipt) => receipt.callId),
    receipts.map((receipt) => JSON.stringify(receipt.body)),
    receipts.map((receipt) => receipt.isOfRecord),
    receipts.map((_, position) => position),
    now,
    initialAttributes.delaySeconds,
    initialAttributes.retentionSeconds,
    records.map((record) => record.keys ?? null),
    records.map((record) => record.earlyMediaCode ?? null),
    records.map(({ callee }) => callee?.number ?? null),
    records.map(({ callee }) => callee?.showNumber ?? null),
    records.map(({ callee }) => callee?.diallingAt ?? null),
    records.map(({ callee }) => callee?.ringingAt ?? null),
    records.map(({ callee }) => callee?.answeredAt ?? null),
    records.map(({ callee }) => callee?.endedAt ?? null),
    records.map((record) => record.trunk ?? null),
    records.map(({ callee }) => callee?.trunk ?? null),
  ]
}
