import type { QueueMessage } from '../../receipts/ports.ts'
import type { MessageRow } from './queue-statements.ts'
import { formatHandle } from './receipt-handle.ts'

/** A message as the protocol shows it. One that was never received has no handle. */
export function messageOf(row: MessageRow): QueueMessage {
  const { id, lease, dequeue_count: dequeueCount } = row
  return {
    messageId: messageIdOf(id),
    receiptHandle: lease === null ? '' : formatHandle({ messageId: id, dequeueCount, lease }),
    body: row.body,
    enqueuedAt: row.enqueued_at,
    firstDequeuedAt: row.first_dequeued_at ?? 0,
    nextVisibleAt: row.visible_at,
    dequeueCount,
    priority: row.priority,
  }
}

/** 16 upper-case hexadecimal digits. */
export function messageIdOf(id: number): string {
  return id.toString(16).toUpperCase().padStart(16, '0')
}
