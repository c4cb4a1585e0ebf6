import { type Call, dialPriority } from '../../domain/call/call.ts'
import { linesOf } from '../../domain/script/script.ts'
import type { CalleeFrequency, CallPrice } from '../../operations/ports.ts'
import type { Statement } from '../database.ts'
import { affordableSteps, holdSteps, unaffordableRows } from './accept-priced.ts'
import { countOneMore } from './callee-window.ts'

/** One call that asks to be accepted. */
export interface Asking {
  readonly call: Call
  readonly accessKeyId: string
  readonly nonce: string
  /** `none`: no limit. `refused`: it is known already that the callee may not be called: only the nonce is used up. */
  readonly frequency: CalleeFrequency | 'none' | 'refused'
  /** Absent: free. */
  readonly price?: CallPrice
}

/** How long a nonce is remembered, milliseconds: twice the clock window of a signed request. */
export const nonceLifeMs = 30 * 60_000

/**
 * The whole accept of a batch in one statement, thus one commit: nonces that were not used lately, windows of callees that may
 * be called, then the calls that have both. Rows of nonces and windows are locked in the order of their keys, so that
 * batches of several nodes cannot block each other. A callee or nonce may be in a batch only once.
 */
export const acceptStatement: Statement = { name: 'accept-calls', text: acceptText(false) }

/** The same for a batch with calls that cost something: what they hold of the balance must be free. */
export const pricedAcceptStatement: Statement = { name: 'accept-priced-calls', text: acceptText(true) }

/**
 * $17 is now, wall milliseconds; $18 the time before which a used nonce counts no more; $19 how many lines a call takes;
 * $20 and $21, only when priced, what a call costs a minute and what it holds.
 */
function acceptText(priced: boolean): string {
  const candidates = priced ? 'candidate' : 'asking JOIN fresh USING (access_key_id, nonce)'
  return `
WITH asking AS MATERIALIZED (
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
      $9::bigint[], $10::smallint[], $11::text[], $12::text[], $13::integer[], $14::integer[], $15::integer[],
      $16::boolean[], $19::smallint[]${priced ? ', $20::bigint[], $21::bigint[]) WITH ORDINALITY' : ')'}
    AS asking (call_id, account_id, operation, product, called_number, show_number, out_id, script,
      accepted_at, priority, access_key_id, nonce, per_minute, per_hour, per_day, is_refused, lines${priced ? ', per_minute_e4, hold_e4, position' : ''})
), fresh AS (
  INSERT INTO used_nonces (access_key_id, nonce, used_at)
  SELECT access_key_id, nonce, $17::bigint FROM asking ORDER BY access_key_id, nonce
  ON CONFLICT (access_key_id, nonce) DO UPDATE SET used_at = excluded.used_at WHERE used_nonces.used_at < $18::bigint
  RETURNING access_key_id, nonce
), ${priced ? affordableSteps : ''}permitted AS (
  INSERT INTO callee_windows AS kept (account_id, product, called_number, per_minute, per_hour, per_day, recent)
  SELECT account_id, product, called_number, per_minute, per_hour, per_day, ARRAY[$17::bigint]
    FROM ${candidates}
    WHERE per_minute IS NOT NULL
    ORDER BY account_id, product, called_number
  ${countOneMore('$17')}
), accepted AS (
  INSERT INTO calls (call_id, account_id, operation, product, called_number, show_number, out_id, script,
      accepted_at, priority, lines)
  SELECT call_id, account_id, operation, product, called_number, show_number, out_id, script::json, accepted_at, priority,
      lines
    FROM ${candidates}
    WHERE NOT is_refused
      AND (per_minute IS NULL
        OR (account_id, product, called_number) IN (SELECT account_id, product, called_number FROM permitted))
  RETURNING call_id
)${priced ? holdSteps : ''}
SELECT call_id, NULL AS access_key_id, NULL AS nonce FROM accepted
UNION ALL
SELECT NULL, access_key_id, nonce FROM fresh${priced ? unaffordableRows : ''}`
}

/** An accepted call, a fresh nonce, or a call that the balance does not cover. */
export type AcceptRow =
  | { call_id: string; access_key_id: null; nonce: null }
  | { call_id: string; access_key_id: string; nonce: string }
  | { call_id: null; access_key_id: string; nonce: string }

/** The values of `acceptStatement`, or of `pricedAcceptStatement` when a call of the batch has a price. */
export function acceptValues(batch: readonly Asking[], now: number): unknown[] {
  const calls = batch.map((asking) => asking.call)
  const limits = batch.map(({ frequency }) => (typeof frequency === 'string' ? undefined : frequency))
  return [
    calls.map((call) => call.callId),
    calls.map((call) => call.accountId),
    calls.map((call) => call.operation),
    calls.map((call) => call.product),
    calls.map((call) => call.calledNumber),
    calls.map((call) => call.showNumber),
    calls.map((call) => call.outId),
    calls.map((call) => JSON.stringify(call.script)),
    calls.map((call) => call.acceptedAt),
    calls.map((call) => dialPriority[call.product]),
    batch.map((asking) => asking.accessKeyId),
    batch.map((asking) => asking.nonce),
    limits.map((frequency) => frequency?.perMinute ?? null),
    limits.map((frequency) => frequency?.perHour ?? null),
    limits.map((frequency) => frequency?.perDay ?? null),
    batch.map((asking) => asking.frequency === 'refused'),
    now,
    now - nonceLifeMs,
    calls.map((call) => linesOf(call.script)),
    ...(isPriced(batch)
      ? [batch.map(({ price }) => price?.perMinuteE4 ?? null), batch.map(({ price }) => price?.heldE4 ?? null)]
      : []),
  ]
}

/** Whether a call of the batch costs something. */
export function isPriced(batch: readonly Asking[]): boolean {
  return batch.some(({ price }) => price !== undefined)
}
