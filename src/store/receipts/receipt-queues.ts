import type { Clock } from '../../lib/clock.ts'
import type { QueueMessage, ReceiptQueues } from '../../receipts/ports.ts'
import type { Database, Statement } from '../database.ts'
import { formatHandle, newLease, parseHandle } from './receipt-handle.ts'

/** Priority of every receipt: the protocol's default, 1 being highest and 16 lowest. */
const priority = 8

/** $2: now; $3: most messages; $4: when they become visible again; $5: a lease for each. */
const receiveStatement: Statement = {
  name: 'receive-messages',
  text: `
WITH chosen AS MATERIALIZED (
  SELECT id, row_number() OVER () AS position FROM (
    SELECT id FROM queue_messages WHERE queue = $1 AND visible_at <= $2
    ORDER BY visible_at, id LIMIT $3 FOR UPDATE SKIP LOCKED) AS visible
)
UPDATE queue_messages AS message
  SET visible_at = $4, dequeue_count = dequeue_count + 1,
    first_dequeued_at = coalesce(first_dequeued_at, $2), lease = ($5::text[])[chosen.position]
  FROM chosen WHERE message.id = chosen.id
RETURNING message.id, body, enqueued_at, first_dequeued_at, visible_at, dequeue_count, lease`,
}

/** A handle is good for the last receive only, and only until the message is visible again ($5: now). */
const removeStatement: Statement = {
  name: 'remove-messages',
  text: `
DELETE FROM queue_messages AS message
  USING unnest($2::bigint[], $3::integer[], $4::text[]) AS handle (id, dequeue_count, lease)
  WHERE message.id = handle.id AND message.queue = $1 AND message.dequeue_count = handle.dequeue_count
    AND message.lease = handle.lease AND message.visible_at > $5
RETURNING message.id`,
}

type MessageRow = {
  id: number
  body: string
  enqueued_at: number
  first_dequeued_at: number
  visible_at: number
  dequeue_count: number
  lease: string
}

/** The receipt queues of all accounts. @param isQueue whether a subscription made the queue (`directory`) */
export function createReceiptQueues(
  database: Database,
  clock: Clock,
  isQueue: (queue: string) => Promise<boolean>,
): ReceiptQueues {
  return {
    exists: isQueue,

    async receive(queue, max, visibilitySeconds) {
      const now = clock.now()
      const leases = Array.from({ length: max }, newLease)
      const values = [queue, now, max, now + visibilitySeconds * 1000, leases]
      const rows = await database.hot<MessageRow>(receiveStatement, values)
      return rows.sort((a, b) => a.id - b.id).map(messageOf)
    },

    async remove(queue, receiptHandles) {
      const handles = receiptHandles.map(parseHandle)
      const known = handles.filter((handle) => handle !== undefined)
      const rows = await database.hot<{ id: number }>(removeStatement, [
        queue,
        known.map((handle) => handle.messageId),
        known.map((handle) => handle.dequeueCount),
        known.map((handle) => handle.lease),
        clock.now(),
      ])
      const removed = new Set(rows.map((row) => row.id))
      // The second of two equal handles finds its message gone.
      return handles.map((handle) => handle !== undefined && removed.delete(handle.messageId))
    },
  }
}

function messageOf(row: MessageRow): QueueMessage {
  return {
    messageId: row.id.toString(16).toUpperCase().padStart(16, '0'),
    receiptHandle: formatHandle({ messageId: row.id, dequeueCount: row.dequeue_count, lease: row.lease }),
    body: row.body,
    enqueuedAt: row.enqueued_at,
    firstDequeuedAt: row.first_dequeued_at,
    nextVisibleAt: row.visible_at,
    dequeueCount: row.dequeue_count,
    priority,
  }
}
