import { lowestPriority, usualPriority } from '../../domain/receipt/queue.ts'
import type { Statement } from '../database.ts'

/**
 * Takes messages out of several queues at once, in the order of priority, then of the time since which they are to be
 * seen. One index probe per queue and priority: messages that are hidden are not walked over. $1: queues, each once;
 * $2, $3: the priorities to look at, from and to; $4: most messages; $5: when they are visible again; $6: now; $7: a
 * lease for each message.
 */
export const receiveStatement: Statement = {
  name: 'receive-messages',
  text: `
WITH chosen AS MATERIALIZED (
  SELECT found.id, ask.visible_again, row_number() OVER () AS position
    FROM unnest($1::text[], $2::integer[], $3::integer[], $4::integer[], $5::bigint[])
      AS ask (queue, first_priority, last_priority, wanted, visible_again)
    CROSS JOIN LATERAL (
      SELECT visible.id FROM generate_series(ask.first_priority, ask.last_priority) AS level
        CROSS JOIN LATERAL (
          SELECT id FROM queue_messages
            WHERE queue = ask.queue AND priority = level AND visible_at <= $6 AND expires_at > $6
            ORDER BY visible_at, id LIMIT ask.wanted FOR UPDATE SKIP LOCKED
        ) AS visible
        LIMIT ask.wanted
    ) AS found
)
UPDATE queue_messages AS message
  SET visible_at = chosen.visible_again, dequeue_count = dequeue_count + 1,
    first_dequeued_at = coalesce(first_dequeued_at, $6), lease = ($7::text[])[chosen.position]
  FROM chosen WHERE message.id = chosen.id
RETURNING message.id, queue, body, enqueued_at, first_dequeued_at, visible_at, dequeue_count, lease, priority`,
}

/** Which of the queues $1 have something to be seen. $2, $3: priorities, from and to; $4: now. */
export const readyStatement: Statement = {
  name: 'ready-queues',
  text: `
SELECT queue FROM unnest($1::text[], $2::integer[], $3::integer[]) AS ask (queue, first_priority, last_priority)
  WHERE EXISTS (
    SELECT FROM generate_series(first_priority, last_priority) AS level
      WHERE EXISTS (
        SELECT FROM queue_messages AS message
          WHERE message.queue = ask.queue AND priority = level AND visible_at <= $4 AND expires_at > $4
      )
  )`,
}

/** $1: the queue; $2, $3: priorities, from and to; $4: now; $5: most messages. */
export const peekStatement: Statement = {
  name: 'peek-messages',
  text: `
SELECT visible.* FROM generate_series($2::integer, $3::integer) AS level
  CROSS JOIN LATERAL (
    SELECT id, queue, body, enqueued_at, first_dequeued_at, visible_at, dequeue_count, lease, priority
      FROM queue_messages WHERE queue = $1 AND priority = level AND visible_at <= $4 AND expires_at > $4
      ORDER BY visible_at, id LIMIT $5
  ) AS visible
  LIMIT $5`,
}

/** $1: the queue; $2: bodies; $3: priorities; $4: when they are to be seen; $5: leases or nothing; $6: now; $7: end. */
export const sendStatement: Statement = {
  name: 'send-messages',
  text: `
INSERT INTO queue_messages (queue, body, priority, enqueued_at, visible_at, lease, expires_at)
  SELECT $1, body, priority, $6, visible_at, lease, $7
    FROM unnest($2::text[], $3::integer[], $4::bigint[], $5::text[]) WITH ORDINALITY
      AS message (body, priority, visible_at, lease, position)
    ORDER BY position
RETURNING id`,
}

/** A handle is good for the last receive only, and only until the message is visible again ($5: now). */
export const removeStatement: Statement = {
  name: 'remove-messages',
  text: `
DELETE FROM queue_messages AS message
  USING unnest($1::text[], $2::bigint[], $3::integer[], $4::text[]) AS handle (queue, id, dequeue_count, lease)
  WHERE message.id = handle.id AND message.queue = handle.queue AND message.dequeue_count = handle.dequeue_count
    AND message.lease = handle.lease AND message.visible_at > $5
RETURNING message.id, message.queue, message.dequeue_count, message.lease`,
}

/** $1: the queue; $2, $3, $4: the handle; $5: now; $6: when it is visible again; $7: the new lease. */
export const hideStatement: Statement = {
  name: 'hide-message',
  text: `
UPDATE queue_messages SET visible_at = $6, lease = $7
  WHERE id = $2 AND queue = $1 AND dequeue_count = $3 AND lease = $4 AND visible_at > $5
RETURNING id`,
}

/** A row as the statements give it. */
export type MessageRow = {
  id: number
  queue: string
  body: string
  enqueued_at: number
  first_dequeued_at: number | null
  visible_at: number
  dequeue_count: number
  lease: string | null
  priority: number
}

/**
 * The priorities to look at in a queue, by its key: receipts all have the usual one, which saves fifteen probes.
 * Keys of an account's own queues hold a slash, names never do.
 */
export function prioritiesOf(queue: string): { first: number; last: number } {
  return queue.includes('/') ? { first: 1, last: lowestPriority } : { first: usualPriority, last: usualPriority }
}
