import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { QueueMessage, ReceiptQueues, SentMessage } from '../../receipts/ports.ts'
import type { Database } from '../database.ts'
import { createRemoval } from './message-removal.ts'
import { messageIdOf, messageOf } from './message-row.ts'
import { createTaking } from './message-taking.ts'
import {
  hideStatement,
  type MessageRow,
  peekStatement,
  prioritiesOf,
  readyStatement,
  sendStatement,
} from './queue-statements.ts'
import { formatHandle, newLease, parseHandle } from './receipt-handle.ts'

/** What is in the queues of all accounts. */
export class StoredMessages implements ReceiptQueues {
  readonly #database: Database
  readonly #clock: Clock
  readonly #taking: ReturnType<typeof createTaking>
  readonly #removal: ReturnType<typeof createRemoval>

  constructor(database: Database, clock: Clock, log: Log) {
    this.#database = database
    this.#clock = clock
    this.#taking = createTaking(database, clock, log)
    this.#removal = createRemoval(database, clock, log)
  }

  receive(queue: string, max: number, visibilitySeconds: number): Promise<QueueMessage[]> {
    return this.#taking.add({ queue, max, visibilitySeconds })
  }

  async ready(queues: readonly string[]): Promise<string[]> {
    const priorities = queues.map(prioritiesOf)
    const rows = await this.#database.hot<{ queue: string }>(readyStatement, [
      queues,
      priorities.map((one) => one.first),
      priorities.map((one) => one.last),
      this.#clock.now(),
    ])
    return rows.map((row) => row.queue)
  }

  async peek(queue: string, max: number): Promise<QueueMessage[]> {
    const { first, last } = prioritiesOf(queue)
    const values = [queue, first, last, this.#clock.now(), max]
    const rows = await this.#database.hot<MessageRow>(peekStatement, values)
    return rows.map((row) => ({ ...messageOf(row), receiptHandle: '' }))
  }

  async send(
    queue: string,
    messages: Parameters<ReceiptQueues['send']>[1],
    retentionSeconds: number,
  ): Promise<SentMessage[]> {
    const now = this.#clock.now()
    const leases = messages.map((message) => (message.delaySeconds > 0 ? newLease() : null))
    const rows = await this.#database.hot<{ id: number }>(sendStatement, [
      queue,
      messages.map((message) => message.body),
      messages.map((message) => message.priority),
      messages.map((message) => now + message.delaySeconds * 1000),
      leases,
      now,
      now + retentionSeconds * 1000,
    ])
    return rows.map(({ id }, index) => {
      const lease = leases[index] ?? undefined
      return {
        messageId: messageIdOf(id),
        receiptHandle: lease && formatHandle({ messageId: id, dequeueCount: 0, lease }),
      }
    })
  }

  remove(queue: string, receiptHandles: readonly string[]): Promise<boolean[]> {
    return this.#removal.add({ queue, receiptHandles })
  }

  async hide(queue: string, receiptHandle: string, visibilitySeconds: number) {
    const handle = parseHandle(receiptHandle)
    if (handle === undefined) return undefined
    const { messageId, dequeueCount } = handle
    const now = this.#clock.now()
    const nextVisibleAt = now + visibilitySeconds * 1000
    const lease = newLease()
    const values = [queue, messageId, dequeueCount, handle.lease, now, nextVisibleAt, lease]
    const rows = await this.#database.hot<{ id: number }>(hideStatement, values)
    if (rows.length === 0) return undefined
    return { receiptHandle: formatHandle({ messageId, dequeueCount, lease }), nextVisibleAt }
  }

  /** Waits until what was asked for is done. */
  async drained(): Promise<void> {
    await Promise.all([this.#taking.drained(), this.#removal.drained()])
  }
}
