import { randomBytes } from 'node:crypto'
import pg from 'pg'

/** Database connections of a node. */
const connections = 10

/** Takes 16 messages. $1: queue; $2: now; $3: visible again; $4: leases. */
const receive = `
WITH chosen AS MATERIALIZED (
  SELECT id, row_number() OVER () AS position FROM (
    SELECT id FROM queue_messages WHERE queue = $1 AND priority = 8 AND visible_at <= $2
      ORDER BY visible_at, id LIMIT 16 FOR UPDATE SKIP LOCKED) AS visible
)
UPDATE queue_messages AS message SET visible_at = $3, dequeue_count = dequeue_count + 1, lease = ($4::text[])[position],
    first_dequeued_at = coalesce(first_dequeued_at, $2)
  FROM chosen WHERE message.id = chosen.id RETURNING message.id, body, lease`

const remove = `
DELETE FROM queue_messages AS message USING unnest($1::bigint[], $2::text[]) AS handle (id, lease)
  WHERE message.id = handle.id AND message.lease = handle.lease`

/**
 * The yardstick of `receipts`: empties a queue with bare SQL, a batch of 16 and its delete in a commit each, on as many
 * connections as a node has.
 */
export async function pullBySql(
  url: string,
  queue: string,
): Promise<{ received: number; distinct: number; seconds: number }> {
  const pool = new pg.Pool({ connectionString: url, max: connections })
  const ids = new Set<string>()
  let received = 0
  const started = performance.now()
  const worker = async () => {
    for (;;) {
      const now = Date.now()
      const leases = Array.from({ length: 16 }, () => randomBytes(8).toString('hex'))
      const values = [queue, now, now + 30_000, leases]
      const { rows } = await pool.query<{ id: string; lease: string }>({ name: 'receive', text: receive, values })
      if (rows.length === 0) return
      received += rows.length
      for (const row of rows) ids.add(row.id)
      const handles = [rows.map((row) => row.id), rows.map((row) => row.lease)]
      await pool.query({ name: 'remove', text: remove, values: handles })
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  const seconds = (performance.now() - started) / 1000
  await pool.end()
  return { received, distinct: ids.size, seconds }
}
