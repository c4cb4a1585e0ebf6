import type { Log } from '../lib/log.ts'

/** How a batcher works. */
export interface BatcherOptions<Item, Result> {
  readonly name: string
  readonly log: Log
  /** Does the work of a batch in one transaction; one result per item, in order. */
  run(items: readonly Item[]): Promise<Result[]>
  /** Whether a failed batch was rolled back for what one of its items contained: then each is tried alone. */
  isPoison(error: unknown): boolean
  /** Most items in one batch. */
  readonly maxBatch: number
  /** Most items that wait; more are refused. */
  readonly maxWaiting: number
}

/** More work is waiting than can be done soon: the caller should answer "try again later". */
export class StoreBusy extends Error {
  override readonly name = 'StoreBusy'
}

interface Waiting<Item, Result> {
  readonly item: Item
  resolve(result: Result): void
  reject(error: unknown): void
}

/**
 * Lets concurrent items share one statement and one commit. An idle batcher starts with what arrived in the same turn of
 * the event loop; while a batch is being committed, arriving items collect for the next. So a lone item waits for nothing, and
 * under load nobody waits longer than the commit before his own: no timer, no tuning.
 */
export class Batcher<Item, Result> {
  readonly #options: BatcherOptions<Item, Result>
  #waiting: Waiting<Item, Result>[] = []
  #working: Promise<void> | undefined

  constructor(options: BatcherOptions<Item, Result>) {
    this.#options = options
  }

  /** Resolves when the item's transaction is committed. @throws {StoreBusy} and whatever its batch failed with. */
  add(item: Item): Promise<Result> {
    if (this.#waiting.length >= this.#options.maxWaiting) {
      return Promise.reject(new StoreBusy(`${this.#options.name}: ${this.#waiting.length} items are waiting already`))
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject })
      this.#working ??= this.#work()
    })
  }

  /** Waits until everything that was added is done. */
  async drained(): Promise<void> {
    while (this.#working !== undefined) await this.#working
  }

  async #work(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve))
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#options.maxBatch)
      await this.#runBatch(batch)
    }
    this.#working = undefined
  }

  async #runBatch(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#options.run(batch.map((waiting) => waiting.item))
      if (results.length !== batch.length) throw new Error(`${this.#options.name}: not one result per item`)
      for (const [index, result] of results.entries()) batch[index]?.resolve(result)
    } catch (error) {
      if (batch.length > 1 && this.#options.isPoison(error)) {
        this.#options.log.warn(
          { batcher: this.#options.name, items: batch.length, error: String(error) },
          'batch refused, trying its items one by one',
        )
        for (const waiting of batch) await this.#runBatch([waiting])
      } else {
        for (const waiting of batch) waiting.reject(error)
      }
    }
  }
}
