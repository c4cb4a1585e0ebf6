import type { Clock } from '../../lib/clock.ts'
import type { PushItem, PushOutbox } from '../../receipts/ports.ts'
import type { Database, Statement } from '../database.ts'

/**
 * Takes what is due. The attempt is counted here, before it is made: a node that dies while pushing has made one. $1: now; $2:
 * most items; $3: end of the lease; $4: targets to leave out.
 */
const claimStatement: Statement = {
  name: 'claim-pushes',
  text: `
WITH chosen AS MATERIALIZED (
  SELECT id FROM push_outbox WHERE due_at <= $1 AND NOT (url = ANY ($4::text[])) ORDER BY due_at, id LIMIT $2 FOR UPDATE SKIP LOCKED
)
UPDATE push_outbox AS item SET due_at = $3, attempts = attempts + 1
  FROM chosen WHERE item.id = chosen.id
RETURNING item.id, account_id, message_type, call_id, url, body, attempts`,
}

/** $1: delivered ids; $2, $3, $4: failed ids, when to try again (absent: never), why. */
const settleStatement: Statement = {
  name: 'settle-pushes',
  text: `
WITH delivered AS (
  DELETE FROM push_outbox WHERE id = ANY ($1::bigint[])
)
UPDATE push_outbox AS item SET due_at = failed.retry_at, last_error = failed.error
  FROM unnest($2::bigint[], $3::bigint[], $4::text[]) AS failed (id, retry_at, error)
  WHERE item.id = failed.id`,
}

type PushRow = {
  id: number
  account_id: string
  message_type: string
  call_id: string
  url: string
  body: string
  attempts: number
}

/** Longer texts of errors are cut: a receiver must not fill our disk. */
const maxErrorLength = 500

/** Receipts waiting to be pushed. What was given up stays for the operator until the cleaner takes it. */
export function createPushOutbox(database: Database, clock: Clock): PushOutbox {
  return {
    async claim(limit, leaseMs, exceptUrls = []) {
      const now = clock.now()
      const rows = await database.hot<PushRow>(claimStatement, [now, limit, now + leaseMs, exceptUrls])
      return rows.sort((a, b) => a.id - b.id).map(itemOf)
    },

    async settle(results) {
      if (results.length === 0) return
      const delivered: string[] = []
      const failed: { id: string; retryAt: number | null; error: string }[] = []
      for (const { id, result } of results) {
        if (result.delivered) delivered.push(id)
        else failed.push({ id, retryAt: result.retryAt ?? null, error: result.error.slice(0, maxErrorLength) })
      }
      await database.hot(settleStatement, [
        delivered,
        failed.map((item) => item.id),
        failed.map((item) => item.retryAt),
        failed.map((item) => item.error.replaceAll('\0', '')),
      ])
    },
  }
}

function itemOf(row: PushRow): PushItem {
  return {
    id: String(row.id),
    accountId: row.account_id,
    messageType: row.message_type,
    callId: row.call_id,
    url: row.url,
    body: row.body,
    attempts: row.attempts - 1,
  }
}
