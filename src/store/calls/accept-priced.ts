/*
 * What the accept of calls with a price adds to `accept-statement.ts`. A batch without such calls knows nothing of it.
 *
 * The balances are locked after the nonces and before the callees, by every node in the order of their accounts. What is
 * free covers calls in the order in which they asked: the first that does not fit ends it, for the cheaper ones
 * behind it, too. A call that is then refused as too frequent was counted all the same; it holds nothing.
 */

/** `candidate`: calls that the balance covers, and calls that are free. */
export const affordableSteps = `purse AS MATERIALIZED (
  SELECT account_id, balance_e4 - held_e4 AS free_e4 FROM balances
    WHERE account_id IN (
      SELECT account_id FROM asking JOIN fresh USING (access_key_id, nonce) WHERE hold_e4 IS NOT NULL)
    ORDER BY account_id FOR UPDATE
), covered AS MATERIALIZED (
  SELECT call_id FROM (
      SELECT call_id, account_id, sum(hold_e4) OVER (PARTITION BY account_id ORDER BY position) AS needed_e4
        FROM asking JOIN fresh USING (access_key_id, nonce) WHERE NOT is_refused AND hold_e4 IS NOT NULL) AS wanted
    JOIN purse USING (account_id)
    WHERE needed_e4 <= free_e4
), candidate AS MATERIALIZED (
  SELECT asking.* FROM asking JOIN fresh USING (access_key_id, nonce)
    WHERE hold_e4 IS NULL OR call_id IN (SELECT call_id FROM covered)
), `

/** What accepted calls hold goes off what is free. The last common table, thus without a comma. */
export const holdSteps = `, held AS (
  INSERT INTO call_holds (call_id, account_id, per_minute_e4, held_e4)
  SELECT call_id, account_id, per_minute_e4, hold_e4 FROM accepted JOIN asking USING (call_id)
    WHERE hold_e4 IS NOT NULL
  RETURNING account_id, held_e4
), reserved AS (
  UPDATE balances SET held_e4 = balances.held_e4 + taken.held_e4
    FROM (SELECT account_id, sum(held_e4)::bigint AS held_e4 FROM held GROUP BY account_id) AS taken
    WHERE balances.account_id = taken.account_id
)`

/** Calls that the balance does not cover, with their nonce. */
export const unaffordableRows = `
UNION ALL
SELECT call_id, access_key_id, nonce FROM asking JOIN fresh USING (access_key_id, nonce)
  WHERE NOT is_refused AND hold_e4 IS NOT NULL AND call_id NOT IN (SELECT call_id FROM covered)`
