import type { AccessKey, Account, QueueToken } from '../src/domain/account/account.ts'
import type { TemporaryKey } from '../src/domain/account/temporary-key.ts'
import type { User } from '../src/domain/account/user.ts'
import { initialAttributes, isReceiptQueueName } from '../src/domain/receipt/queue.ts'
import type { Receipt } from '../src/domain/receipt/receipt.ts'
import { queueName } from '../src/domain/receipt/receipt.ts'
import type { Clock } from '../src/lib/clock.ts'
import type {
  NewMessage,
  QueueCredentials,
  QueueMessage,
  ReceiptOutbox,
  ReceiptQueues,
  SentMessage,
} from '../src/receipts/ports.ts'
import type { CallRecord } from '../src/records/call-record.ts'
import { MemoryPushes } from './memory-pushes.ts'

interface StoredMessage {
  readonly number: number
  readonly body: string
  readonly enqueuedAt: number
  readonly expiresAt: number
  readonly priority: number
  firstDequeuedAt: number
  visibleAt: number
  dequeueCount: number
  receiptHandle: string
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
  #lastHandle = 0
  #failures = 0
  /** How often `receive` and `ready` were asked: to see that waiting costs nothing. */
  receives = 0
  readies = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.pushes = new MemoryPushes(clock)
  }

  /** Makes the next `count` writes, receives and polls fail. */
  failNext(count: number): void {
    this.#failures = count
  }

  /** Creates a receipt queue, as a subscription does. */
  open(queue: string): void {
    this.#queues.set(queue, [])
  }

  /** Whether there is such a receipt queue. */
  isOpen(queue: string): boolean {
    return isReceiptQueueName(queue) && this.#queues.has(queue)
  }

  /** Puts one message into a queue, as text. */
  put(queue: string, body: string): void {
    if (!this.#queues.has(queue)) throw new Error(`no queue ${queue}`)
    this.#put(queue, { body, delaySeconds: 0, priority: 8 }, initialAttributes.retentionSeconds)
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

  async receive(queue: string, max: number, visibilitySeconds: number): Promise<QueueMessage[]> {
    this.receives++
    if (this.#failures > 0) await this.#write()
    const now = this.#clock.now()
    return this.#visible(queue, max).map((one) => {
      one.visibleAt = now + visibilitySeconds * 1000
      one.dequeueCount++
      one.firstDequeuedAt ||= now
      one.receiptHandle = this.#handle()
      return shown(one)
    })
  }

  async ready(queues: readonly string[]): Promise<string[]> {
    this.readies++
    if (this.#failures > 0) await this.#write()
    return queues.filter((queue) => this.#visible(queue, 1).length > 0)
  }

  async peek(queue: string, max: number): Promise<QueueMessage[]> {
    return this.#visible(queue, max).map((one) => ({ ...shown(one), receiptHandle: '' }))
  }

  async send(queue: string, messages: readonly NewMessage[], retentionSeconds: number): Promise<SentMessage[]> {
    return messages.map((message) => {
      const stored = this.#put(queue, message, retentionSeconds)
      if (message.delaySeconds > 0) stored.receiptHandle = this.#handle()
      return { messageId: shown(stored).messageId, receiptHandle: stored.receiptHandle || undefined }
    })
  }

  async remove(queue: string, receiptHandles: readonly string[]): Promise<boolean[]> {
    const messages = this.#queues.get(queue) ?? []
    return receiptHandles.map((handle) => {
      const found = this.#hidden(queue, handle)
      if (found !== undefined) messages.splice(messages.indexOf(found), 1)
      return found !== undefined
    })
  }

  async hide(queue: string, receiptHandle: string, visibilitySeconds: number) {
    const found = this.#hidden(queue, receiptHandle)
    if (found === undefined) return undefined
    found.visibleAt = this.#clock.now() + visibilitySeconds * 1000
    found.receiptHandle = this.#handle()
    return { receiptHandle: found.receiptHandle, nextVisibleAt: found.visibleAt }
  }

  /** Messages of a queue by what can be seen of them. */
  counts(queue: string): { active: number; inactive: number; delayed: number } {
    const now = this.#clock.now()
    const hidden = (this.#queues.get(queue) ?? []).filter((one) => one.visibleAt > now)
    const delayed = hidden.filter((one) => one.dequeueCount === 0).length
    return { active: this.left(queue) - hidden.length, inactive: hidden.length - delayed, delayed }
  }

  /** Forgets a queue and what is in it. */
  drop(queue: string): void {
    this.#queues.delete(queue)
  }

  #put(queue: string, message: NewMessage, retentionSeconds: number): StoredMessage {
    const messages = this.#queues.get(queue) ?? []
    this.#queues.set(queue, messages)
    const now = this.#clock.now()
    const stored = {
      number: ++this.#lastNumber,
      body: message.body,
      priority: message.priority,
      enqueuedAt: now,
      expiresAt: now + retentionSeconds * 1000,
      firstDequeuedAt: 0,
      visibleAt: now + message.delaySeconds * 1000,
      dequeueCount: 0,
      receiptHandle: '',
    }
    messages.push(stored)
    return stored
  }

  #visible(queue: string, max: number): StoredMessage[] {
    const now = this.#clock.now()
    const visible = (this.#queues.get(queue) ?? []).filter((one) => one.visibleAt <= now && one.expiresAt > now)
    return visible.sort((a, b) => a.priority - b.priority || a.number - b.number).slice(0, max)
  }

  #hidden(queue: string, handle: string): StoredMessage | undefined {
    const now = this.#clock.now()
    return this.#queues.get(queue)?.find((one) => one.receiptHandle === handle && one.visibleAt > now)
  }

  /** With every character base64 knows, as handles of the real service have: raw in queries, not escaped. */
  #handle(): string {
    return `1-${Buffer.from(`>>>?-${++this.#lastHandle}`).toString('base64')}`
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

function shown(one: StoredMessage): QueueMessage {
  const { body, enqueuedAt, firstDequeuedAt, visibleAt, dequeueCount, receiptHandle, priority } = one
  const messageId = one.number.toString(16).toUpperCase().padStart(32, '0')
  const counts = { dequeueCount, receiptHandle, priority }
  return { messageId, body, enqueuedAt, firstDequeuedAt, nextVisibleAt: visibleAt, ...counts }
}

/** Accounts, users, keys and tokens in memory. An account that nothing is said about may do everything. */
export class MemoryCredentials implements QueueCredentials {
  readonly accounts: Account[] = []
  readonly users: User[] = []
  readonly keys: AccessKey[] = []
  readonly temporaryKeys: TemporaryKey[] = []
  readonly tokens: QueueToken[] = []

  async account(accountId: string): Promise<Account | undefined> {
    return this.accounts.find((one) => one.accountId === accountId) ?? { accountId, name: accountId, state: 'normal' }
  }

  async user(accountId: string, userName: string): Promise<User | undefined> {
    return this.users.find((one) => one.accountId === accountId && one.userName === userName)
  }

  temporaryKey(securityToken: string): TemporaryKey | undefined {
    return this.temporaryKeys.find((one) => one.securityToken === securityToken)
  }

  async accessKey(accessKeyId: string): Promise<AccessKey | undefined> {
    return this.keys.find((one) => one.accessKeyId === accessKeyId)
  }

  async token(accessKeyId: string): Promise<QueueToken | undefined> {
    return this.tokens.find((one) => one.accessKeyId === accessKeyId)
  }
}
