/*
 * What ending calls with a price adds to the statement that writes their records: a call's cost is fixed, its hold
 * released, the balance and the ledger changed in the transaction of the record. Calls without a price have no row in
 * `call_holds`, and nothing of this touches them.
 */

/**
 * The cost of a record of `ended`, to which the `call_holds` of its call was joined, ten-thousandths of the currency
 * unit: the price of each started minute of an answered call, of one at least. Of a double call both legs are paid for,
 * each from its own answer.
 */
export const costOfRecord = `CASE WHEN per_minute_e4 IS NULL OR answered_at IS NULL THEN 0
      WHEN callee_number IS NULL THEN per_minute_e4 * greatest(1, (duration_seconds + 59) / 60)
      ELSE per_minute_e4 * (${startedMinutes('answered_at', 'ended_at')}
        + CASE WHEN callee_answered_at IS NULL THEN 0
          ELSE ${startedMinutes('callee_answered_at', 'coalesce(callee_ended_at, ended_at)')} END) END`

function startedMinutes(from: string, to: string): string {
  return `greatest(1, (${to} - ${from} + 59999) / 60000)`
}

/**
 * Follows `recorded (call_id, cost_e4)`, the records that are new; $24 is now, wall milliseconds. Balances are locked in
 * the order of their accounts, as by the accept.
 */
export const chargeSteps = `released AS (
  DELETE FROM call_holds USING recorded WHERE call_holds.call_id = recorded.call_id
  RETURNING call_holds.account_id, call_holds.call_id, call_holds.held_e4, recorded.cost_e4
), purse AS MATERIALIZED (
  SELECT account_id FROM balances WHERE account_id IN (SELECT account_id FROM released) ORDER BY account_id FOR UPDATE
), settled AS (
  UPDATE balances SET balance_e4 = balances.balance_e4 - done.cost_e4, held_e4 = balances.held_e4 - done.held_e4
    FROM (SELECT account_id, sum(cost_e4)::bigint AS cost_e4, sum(held_e4)::bigint AS held_e4
      FROM released JOIN purse USING (account_id) GROUP BY account_id) AS done
    WHERE balances.account_id = done.account_id
), charged AS (
  INSERT INTO ledger (account_id, kind, amount_e4, call_id, created_at)
  SELECT account_id, 'charge', -cost_e4, call_id, $24::bigint FROM released WHERE cost_e4 > 0 ORDER BY call_id
), `
