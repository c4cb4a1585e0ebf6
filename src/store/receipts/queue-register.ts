import { randomBytes } from 'node:crypto'
import { type Selectable, sql } from 'kysely'
import {
  initialAttributes,
  isReceiptQueueName,
  type QueueAttributes,
  receiptTypeOf,
} from '../../domain/receipt/queue.ts'
import { messageTypes, queueName } from '../../domain/receipt/receipt.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Queue, QueueCounts, QueueRegister } from '../../receipts/ports.ts'
import type { Database } from '../database.ts'
import type { QueueTable } from '../schema.ts'
import { ExpiringMemory } from './expiring-memory.ts'

/** Queues of its own that an account may have. */
export const mostOwnQueues = 100

/** What other nodes changed is seen within this time; counts are this old at most. */
const memoryMs = 1_000
const capacity = 20_000
/** Messages of a removed queue that one statement deletes. */
const portion = 5_000

/** Queues by name. A subscription makes a receipt queue; a row of `queues` holds what was set about it. */
export class StoredQueues implements QueueRegister {
  readonly #database: Database
  readonly #clock: Clock
  readonly #known: ExpiringMemory<Queue | undefined>
  readonly #counts: ExpiringMemory<QueueCounts>

  constructor(database: Database, clock: Clock) {
    this.#database = database
    this.#clock = clock
    this.#known = new ExpiringMemory(clock, memoryMs, capacity)
    this.#counts = new ExpiringMemory(clock, memoryMs, capacity)
  }

  /** A subscription may have changed. */
  forget(): void {
    this.#known.forgetAll()
  }

  async find(accountId: string, name: string): Promise<Queue | undefined> {
    const key = memoryKey(accountId, name)
    const queue = await this.#known.get(key, async () => (await this.#read(accountId, [name]))[0])
    // Made in the next moment, perhaps by another node: absence is not remembered.
    if (queue === undefined) this.#known.forget(key)
    return queue
  }

  async list(accountId: string, { prefix, after, limit }: Parameters<QueueRegister['list']>[1]): Promise<Queue[]> {
    const rows = await this.#database.tables
      .selectFrom('queues')
      .select('name')
      .where('account_id', '=', accountId)
      .execute()
    const names = new Set([...rows.map((row) => row.name), ...messageTypes.map((type) => queueName(accountId, type))])
    const queues = await this.#read(
      accountId,
      [...names].filter((name) => name.startsWith(prefix) && name > after),
    )
    return queues.sort((a, b) => (a.name < b.name ? -1 : 1)).slice(0, limit)
  }

  async create(
    accountId: string,
    name: string,
    attributes: QueueAttributes,
  ): Promise<'created' | 'exists' | 'tooMany'> {
    const { tables } = this.#database
    const now = this.#clock.now()
    return tables.transaction().execute(async (transaction) => {
      // Serialises the making of queues per account, so that the limit holds.
      await sql`SELECT FROM accounts WHERE account_id = ${accountId} FOR UPDATE`.execute(transaction)
      const own = await transaction.selectFrom('queues').select('name').where('account_id', '=', accountId).execute()
      if (own.some((row) => row.name === name)) return 'exists'
      if (own.filter((row) => !isReceiptQueueName(row.name)).length >= mostOwnQueues) return 'tooMany'
      const queue = `${accountId}/${randomBytes(8).toString('hex')}`
      const row = { queue, account_id: accountId, name, created_at: now, modified_at: now }
      await transaction
        .insertInto('queues')
        .values({ ...row, ...columnsOf(attributes) })
        .execute()
      return 'created'
    })
  }

  async configure(queue: Queue, changes: Partial<QueueAttributes>): Promise<void> {
    const columns = columnsOf({ ...queue.attributes, ...changes })
    await this.#database.tables
      .insertInto('queues')
      .values({
        queue: queue.key,
        account_id: queue.accountId,
        name: queue.name,
        created_at: queue.createdAt,
        modified_at: this.#clock.now(),
        ...columns,
      })
      .onConflict((conflict) => conflict.column('queue').doUpdateSet({ ...columns, modified_at: this.#clock.now() }))
      .execute()
    this.#known.forget(memoryKey(queue.accountId, queue.name))
  }

  async remove(queue: Queue): Promise<void> {
    const { tables } = this.#database
    await tables.deleteFrom('queues').where('queue', '=', queue.key).execute()
    this.#known.forget(memoryKey(queue.accountId, queue.name))
    for (let removed = portion; removed === portion; ) {
      const result = await sql`DELETE FROM queue_messages WHERE id IN (
        SELECT id FROM queue_messages WHERE queue = ${queue.key} LIMIT ${portion} FOR UPDATE SKIP LOCKED)`.execute(
        tables,
      )
      removed = Number(result.numAffectedRows ?? 0n)
    }
  }

  counts(queue: Queue): Promise<QueueCounts> {
    return this.#counts.get(queue.key, async () => {
      const now = this.#clock.now()
      const { rows } = await sql<QueueCounts>`SELECT count(*) FILTER (WHERE visible_at <= ${now}) AS active,
          count(*) FILTER (WHERE visible_at > ${now} AND dequeue_count > 0) AS inactive,
          count(*) FILTER (WHERE visible_at > ${now} AND dequeue_count = 0) AS delayed
        FROM queue_messages WHERE queue = ${queue.key} AND expires_at > ${now}`.execute(this.#database.tables)
      return rows[0] ?? { active: 0, inactive: 0, delayed: 0 }
    })
  }

  /** Those of the names that are queues. */
  async #read(accountId: string, names: readonly string[]): Promise<Queue[]> {
    if (names.length === 0) return []
    const { tables } = this.#database
    const rows = await tables
      .selectFrom('queues')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('name', 'in', names)
      .execute()
    const known = new Map(rows.map((row) => [row.name, row]))
    const subscribed = names.some(isReceiptQueueName) ? await this.#subscribed(accountId) : undefined
    return names.flatMap((name) => {
      const row = known.get(name)
      if (!isReceiptQueueName(name)) return row === undefined ? [] : [queueOf(row)]
      const type = receiptTypeOf(accountId, name)
      if (type === undefined || subscribed?.types.has(type) !== true) return []
      return [row === undefined ? untouched(accountId, name, subscribed.since) : queueOf(row)]
    })
  }

  /** Types that go into queues, and when the account was made. */
  async #subscribed(accountId: string): Promise<{ types: ReadonlySet<string>; since: number }> {
    const rows = await this.#database.tables
      .selectFrom('subscriptions')
      .innerJoin('accounts', 'accounts.account_id', 'subscriptions.account_id')
      .select(['message_type', 'accounts.created_at'])
      .where('subscriptions.account_id', '=', accountId)
      .where('queue', '=', true)
      .execute()
    return { types: new Set(rows.map((row) => row.message_type)), since: rows[0]?.created_at ?? 0 }
  }
}

function memoryKey(accountId: string, name: string): string {
  return `${accountId} ${name}`
}

/** A receipt queue about which nothing was set. */
function untouched(accountId: string, name: string, since: number): Queue {
  const times = { createdAt: since, modifiedAt: since }
  return { key: name, accountId, name, holdsReceipts: true, attributes: initialAttributes, ...times }
}

function queueOf(row: Selectable<QueueTable>): Queue {
  return {
    key: row.queue,
    accountId: row.account_id,
    name: row.name,
    holdsReceipts: isReceiptQueueName(row.name),
    attributes: {
      delaySeconds: row.delay_seconds,
      maximumMessageBytes: row.maximum_message_bytes,
      retentionSeconds: row.retention_seconds,
      visibilitySeconds: row.visibility_seconds,
      pollingWaitSeconds: row.polling_wait_seconds,
      loggingEnabled: row.logging_enabled,
    },
    createdAt: row.created_at,
    modifiedAt: row.modified_at,
  }
}

function columnsOf(attributes: QueueAttributes) {
  return {
    delay_seconds: attributes.delaySeconds,
    maximum_message_bytes: attributes.maximumMessageBytes,
    retention_seconds: attributes.retentionSeconds,
    visibility_seconds: attributes.visibilitySeconds,
    polling_wait_seconds: attributes.pollingWaitSeconds,
    logging_enabled: attributes.loggingEnabled,
  }
}
