import {
  initialAttributes,
  isReceiptQueueName,
  type QueueAttributes,
  receiptTypeOf,
} from '../src/domain/receipt/queue.ts'
import { messageTypes, queueName } from '../src/domain/receipt/receipt.ts'
import type { Clock } from '../src/lib/clock.ts'
import type { Queue, QueueCounts, QueueRegister } from '../src/receipts/ports.ts'
import type { MemoryReceipts } from './memory-receipts.ts'

/** The register of the queues whose messages are in a `MemoryReceipts`. */
export class MemoryQueues implements QueueRegister {
  readonly #messages: MemoryReceipts
  readonly #clock: Clock
  readonly #known = new Map<string, Queue>()
  #made = 0
  /** Queues of its own that an account may have. */
  most = 100

  constructor(messages: MemoryReceipts, clock: Clock) {
    this.#messages = messages
    this.#clock = clock
  }

  async find(accountId: string, name: string): Promise<Queue | undefined> {
    const known = this.#known.get(`${accountId} ${name}`)
    if (!isReceiptQueueName(name)) return known
    if (!this.#messages.isOpen(name) || receiptTypeOf(accountId, name) === undefined) return undefined
    return known ?? this.#queue(accountId, name, name, initialAttributes)
  }

  async list(accountId: string, page: { prefix: string; after: string; limit: number }): Promise<Queue[]> {
    const own = [...this.#known.values()].filter((queue) => queue.accountId === accountId).map((queue) => queue.name)
    const names = new Set([...own, ...messageTypes.map((type) => queueName(accountId, type))])
    const found = await Promise.all(
      [...names]
        .filter((name) => name.startsWith(page.prefix) && name > page.after)
        .sort()
        .map((name) => this.find(accountId, name)),
    )
    return found.filter((queue) => queue !== undefined).slice(0, page.limit)
  }

  async create(
    accountId: string,
    name: string,
    attributes: QueueAttributes,
  ): Promise<'created' | 'exists' | 'tooMany'> {
    if (this.#known.has(`${accountId} ${name}`)) return 'exists'
    if (this.#known.size >= this.most) return 'tooMany'
    this.#known.set(`${accountId} ${name}`, this.#queue(accountId, name, `${accountId}/${++this.#made}`, attributes))
    return 'created'
  }

  async configure(queue: Queue, changes: Partial<QueueAttributes>): Promise<void> {
    const attributes = { ...queue.attributes, ...changes }
    this.#known.set(`${queue.accountId} ${queue.name}`, { ...queue, attributes, modifiedAt: this.#clock.now() })
  }

  async remove(queue: Queue): Promise<void> {
    this.#known.delete(`${queue.accountId} ${queue.name}`)
    this.#messages.drop(queue.key)
  }

  async counts(queue: Queue): Promise<QueueCounts> {
    return this.#messages.counts(queue.key)
  }

  #queue(accountId: string, name: string, key: string, attributes: QueueAttributes): Queue {
    const times = { createdAt: this.#clock.now(), modifiedAt: this.#clock.now() }
    return { key, accountId, name, holdsReceipts: isReceiptQueueName(name), attributes, ...times }
  }
}
