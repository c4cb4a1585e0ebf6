import type { AccessKey, QueueToken } from '../src/domain/account/account.ts'
import type { Receipt } from '../src/domain/receipt/receipt.ts'
import { queueName } from '../src/domain/receipt/receipt.ts'
import type { Clock } from '../src/lib/clock.ts'
import type {
  PushItem,
  PushOutbox,
  PushSettlement,
  QueueCredentials,
  QueueMessage,
  ReceiptOutbox,
  ReceiptQueues,
} from '../src/receipts/ports.ts'
import type { CallRecord } from '../src/records/call-record.ts'

interface StoredMessage {
  readonly number: number
  readonly body: string
  readonly enqueuedAt: number
  firstDequeuedAt: number
  visibleAt: number
  dequeueCount: number
  receiptHandle: string
}

interface StoredPush {
  item: PushItem
  dueAt: number
  leasedUntil: number
}

/** Queues, push outbox and records in memory, with the promises of the real store except to survive. */
export class MemoryReceipts implements ReceiptOutbox, ReceiptQueues {
  readonly records: CallRecord[] = []
  /** Every receipt in the order in which it was stored. */
  readonly receipts: Receipt[] = []
  readonly pushes: MemoryPushes
  readonly #clock: Clock
  readonly #queues = new Map<string, StoredMessage[]>()
  #lastNumber = 0
  #failures = 0
  /** How often `receive` was asked: to see that waiting costs nothing. */
  receives = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.pushes = new MemoryPushes(clock)
  }

  /** Makes the next `count` writes fail. */
  failNext(count: number): void {
    this.#failures = count
  }

  /** Creates a queue, as a subscription does. */
  open(queue: string): void {
    this.#queues.set(queue, [])
  }

  /** Puts one message into a queue, as text. */
  put(queue: string, body: string): void {
    const messages = this.#queues.get(queue)
    if (messages === undefined) throw new Error(`no queue ${queue}`)
    messages.push({
      number: ++this.#lastNumber,
      body,
      enqueuedAt: this.#clock.now(),
      firstDequeuedAt: 0,
      visibleAt: this.#clock.now(),
      dequeueCount: 0,
      receiptHandle: '',
    })
  }

  /** Messages of a queue that were not deleted, visible or not. */
  left(queue: string): number {
    return this.#queues.get(queue)?.length ?? 0
  }

  async finish(record: CallRecord, receipts: readonly Receipt[]): Promise<void> {
    await this.#write()
    if (this.records.some((one) => one.callId === record.callId)) return
    this.records.push(record)
    this.#store(receipts)
  }

  async report(receipts: readonly Receipt[]): Promise<void> {
    await this.#write()
    this.#store(receipts)
  }

  async exists(queue: string): Promise<boolean> {
    return this.#queues.has(queue)
  }

  async receive(queue: string, max: number, visibilitySeconds: number): Promise<QueueMessage[]> {
    this.receives++
    if (this.#failures > 0) await this.#write()
    const now = this.#clock.now()
    const visible = (this.#queues.get(queue) ?? []).filter((one) => one.visibleAt <= now).slice(0, max)
    return visible.map((one) => {
      one.visibleAt = now + visibilitySeconds * 1000
      one.dequeueCount++
      one.firstDequeuedAt ||= now
      // With every character base64 knows, as handles of the real service have: raw in queries, not escaped.
      one.receiptHandle = `1-${Buffer.from(`>>>${one.number}?-${one.dequeueCount}`).toString('base64')}`
      return {
        messageId: one.number.toString(16).toUpperCase().padStart(32, '0'),
        receiptHandle: one.receiptHandle,
        body: one.body,
        enqueuedAt: one.enqueuedAt,
        firstDequeuedAt: one.firstDequeuedAt,
        nextVisibleAt: one.visibleAt,
        dequeueCount: one.dequeueCount,
        priority: 8,
      }
    })
  }

  async remove(queue: string, receiptHandles: readonly string[]): Promise<boolean[]> {
    const now = this.#clock.now()
    const messages = this.#queues.get(queue) ?? []
    return receiptHandles.map((handle) => {
      const index = messages.findIndex((one) => one.receiptHandle === handle && one.visibleAt > now)
      if (index >= 0) messages.splice(index, 1)
      return index >= 0
    })
  }

  #store(receipts: readonly Receipt[]): void {
    for (const receipt of receipts) {
      this.receipts.push(receipt)
      const queue = queueName(receipt.accountId, receipt.messageType)
      if (this.#queues.has(queue)) this.put(queue, JSON.stringify(receipt.body))
    }
  }

  /** A write takes a turn of the event loop, as a real one does at least, and may fail. */
  async #write(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve))
    if (this.#failures === 0) return
    this.#failures--
    throw new Error('the store is away')
  }
}

/** A push outbox in memory: due times, leases, attempts. */
export class MemoryPushes implements PushOutbox {
  readonly delivered: PushItem[] = []
  readonly givenUp: { item: PushItem; error: string }[] = []
  /** Every settlement that was written. */
  readonly settlements: PushSettlement[] = []
  readonly #clock: Clock
  readonly #waiting = new Map<string, StoredPush>()
  #lastId = 0
  #failures = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Makes the next `count` claims or settlements fail. */
  failNext(count: number): void {
    this.#failures = count
  }

  /** Adds a receipt for a URL, due at once. */
  add(item: Omit<PushItem, 'id' | 'attempts'>): void {
    const id = String(++this.#lastId)
    this.#waiting.set(id, { item: { ...item, id, attempts: 0 }, dueAt: this.#clock.now(), leasedUntil: 0 })
  }

  /** Items that are neither delivered nor given up. */
  get left(): number {
    return this.#waiting.size
  }

  async claim(limit: number, leaseMs: number, exceptUrls: readonly string[] = []): Promise<PushItem[]> {
    this.#mayFail()
    const now = this.#clock.now()
    const due = [...this.#waiting.values()]
      .filter((one) => one.dueAt <= now && one.leasedUntil <= now && !exceptUrls.includes(one.item.url))
      .slice(0, limit)
    return due.map((one) => {
      const { item } = one
      one.leasedUntil = now + leaseMs
      one.item = { ...item, attempts: item.attempts + 1 }
      return item
    })
  }

  async settle(results: readonly PushSettlement[]): Promise<void> {
    this.#mayFail()
    for (const settlement of results) {
      const stored = this.#waiting.get(settlement.id)
      if (stored === undefined) throw new Error(`settled twice: ${settlement.id}`)
      this.settlements.push(settlement)
      this.#settleOne(stored, settlement.result)
    }
  }

  #settleOne(stored: StoredPush, result: PushSettlement['result']): void {
    const { item } = stored
    if (!result.delivered && result.retryAt !== undefined) {
      this.#waiting.set(item.id, { item, dueAt: result.retryAt, leasedUntil: 0 })
      return
    }
    this.#waiting.delete(item.id)
    if (result.delivered) this.delivered.push(item)
    else this.givenUp.push({ item, error: result.error })
  }

  #mayFail(): void {
    if (this.#failures === 0) return
    this.#failures--
    throw new Error('the store is away')
  }
}

/** Keys and tokens in memory. */
export class MemoryCredentials implements QueueCredentials {
  readonly keys: AccessKey[] = []
  readonly tokens: QueueToken[] = []

  async accessKey(accessKeyId: string): Promise<AccessKey | undefined> {
    return this.keys.find((one) => one.accessKeyId === accessKeyId)
  }

  async token(accessKeyId: string): Promise<QueueToken | undefined> {
    return this.tokens.find((one) => one.accessKeyId === accessKeyId)
  }
}
