import type { Statement } from '../database.ts'

/**
 * How long an item that comes after one in somebody's hand is left alone before it is looked at again: not longer than
 * delivery waits before it claims after a batch came back.
 */
const heldMs = 100

/**
 * Takes what is due, target by target, without walking over the items of targets that are left out. What comes after a
 * receipt of the same call and URL that is waiting elsewhere is held: it becomes due when that one does, so that it is
 * not looked at in vain. $1: now; $2: most items; $3: most of one target; $4: end of the lease; $5, $6: accounts and
 * URLs to leave out.
 */
export const claimStatement: Statement = {
  name: 'claim-pushes',
  text: `
WITH RECURSIVE target AS (
  (SELECT account_id, url FROM push_outbox WHERE due_at IS NOT NULL ORDER BY account_id, url LIMIT 1)
  UNION ALL
  SELECT next.account_id, next.url FROM target CROSS JOIN LATERAL (
    SELECT account_id, url FROM push_outbox
      WHERE due_at IS NOT NULL AND (account_id, url) > (target.account_id, target.url)
      ORDER BY account_id, url LIMIT 1
  ) AS next
), candidate AS MATERIALIZED (
  SELECT due.* FROM target CROSS JOIN LATERAL (
    SELECT id, account_id, url, call_id FROM push_outbox
      WHERE account_id = target.account_id AND url = target.url AND due_at <= $1
      ORDER BY due_at, id LIMIT $3 FOR UPDATE SKIP LOCKED
  ) AS due
  WHERE NOT EXISTS (
    SELECT FROM unnest($5::text[], $6::text[]) AS busy (account_id, url)
      WHERE busy.account_id = target.account_id AND busy.url = target.url
  )
  LIMIT $2
), judged AS MATERIALIZED (
  SELECT candidate.id, earlier.held_until FROM candidate CROSS JOIN LATERAL (
    SELECT max(CASE WHEN leased THEN least(due_at, $1 + ${heldMs}) ELSE due_at END) AS held_until
      FROM push_outbox AS item
      WHERE item.account_id = candidate.account_id AND item.call_id = candidate.call_id AND item.url = candidate.url
        AND item.id < candidate.id AND item.due_at IS NOT NULL
        AND item.id <> ALL (ARRAY(SELECT id FROM candidate))
  ) AS earlier
), held AS (
  UPDATE push_outbox AS item SET due_at = greatest(held_until, $1 + ${heldMs}), leased = false
    FROM judged WHERE item.id = judged.id AND held_until IS NOT NULL
)
UPDATE push_outbox AS item SET due_at = $4, leased = true
  FROM judged WHERE item.id = judged.id AND held_until IS NULL
RETURNING item.id, account_id, message_type, call_id, url, body, attempts,
  (SELECT sealed_push_secret FROM subscriptions
    WHERE subscriptions.account_id = item.account_id AND subscriptions.message_type = item.message_type)
    AS sealed_push_secret`,
}

/** $1, $2: ids and the ends of their leases; $3: now. */
export const releaseStatement: Statement = {
  name: 'release-pushes',
  text: `
UPDATE push_outbox AS item SET due_at = $3, leased = false
  FROM unnest($1::bigint[], $2::bigint[]) AS given (id, leased_until)
  WHERE item.id = given.id AND item.leased AND item.due_at = given.leased_until`,
}

/**
 * Writes down an attempt, for those of its items that are still leased to it. $1, $2, $3: ids, ends of their leases,
 * when to try again (absent: never); $4: whether it delivered; $5: now; $6: when it was made; $7: latency; $8: HTTP
 * status; $9: error; $10: answer.
 */
export const settleStatement: Statement = {
  name: 'settle-pushes',
  text: `
WITH settled AS (
  UPDATE push_outbox AS item SET attempts = attempts + 1, leased = false, delivered = $4,
      due_at = CASE WHEN NOT $4 THEN result.retry_at END,
      settled_at = CASE WHEN $4 OR result.retry_at IS NULL THEN $5::bigint END
    FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS result (id, leased_until, retry_at)
    WHERE item.id = result.id AND item.leased AND item.due_at = result.leased_until
  RETURNING item.id, account_id, message_type, call_id
)
INSERT INTO push_attempts (push_id, account_id, message_type, call_id, made_at, latency_ms, status, delivered, error, answer)
  SELECT id, account_id, message_type, call_id, $6::bigint, $7::integer, $8::integer, $4::boolean, $9::text, $10::text
    FROM settled ORDER BY id`,
}

/** A row of `claimStatement`. */
export type ClaimedRow = {
  id: number
  account_id: string
  message_type: string
  call_id: string
  url: string
  body: string
  attempts: number
  sealed_push_secret: string | null
}
