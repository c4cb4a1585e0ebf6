import type { PushItem } from './ports.ts'

/** Most receipts in one POST. */
export const largestPush = 50
/** POSTs to one target at the same time. One that fails gets a single one until it answers again. */
const widthWhenWell = 4
const widthWhenFailing = 1

interface Held {
  readonly item: PushItem
  /** Monotonic milliseconds after which another node may have it. */
  readonly heldUntilMs: number
}

/**
 * The items in hand for one target: an account, a message type and a URL. Pure bookkeeping: which batch may leave next.
 * Receipts of one call leave in their order: while one is on its way, the next ones of that call stay.
 */
export class PushLine {
  #waiting: Held[] = []
  readonly #callsOnTheWay = new Set<string>()
  #batchesOnTheWay = 0
  isFailing = false

  /** Items that wait or are on their way. */
  get length(): number {
    return this.#waiting.length + this.#itemsOnTheWay
  }
  #itemsOnTheWay = 0

  get isEmpty(): boolean {
    return this.length === 0
  }

  /** Enough in hand for what may leave at once, and for the next. */
  get isFull(): boolean {
    return this.length >= 2 * this.#width * largestPush
  }

  get #width(): number {
    return this.isFailing ? widthWhenFailing : widthWhenWell
  }

  add(item: PushItem, heldUntilMs: number): void {
    this.#waiting.push({ item, heldUntilMs })
  }

  /**
   * The batch that leaves now: empty when all that may leave is on its way. Items whose lease is over are forgotten:
   * somebody else has them.
   */
  take(nowMs: number): PushItem[] {
    this.#waiting = this.#waiting.filter((one) => one.heldUntilMs > nowMs)
    if (this.#batchesOnTheWay >= this.#width) return []
    const batch = this.#waiting.filter((one) => !this.#callsOnTheWay.has(one.item.callId)).slice(0, largestPush)
    if (batch.length === 0) return []
    const taken = new Set(batch)
    this.#waiting = this.#waiting.filter((one) => !taken.has(one))
    for (const { item } of batch) this.#callsOnTheWay.add(item.callId)
    this.#itemsOnTheWay += batch.length
    this.#batchesOnTheWay++
    return batch.map((one) => one.item)
  }

  /** A batch came back, whatever its answer. */
  done(batch: readonly PushItem[]): void {
    for (const item of batch) this.#callsOnTheWay.delete(item.callId)
    this.#itemsOnTheWay -= batch.length
    this.#batchesOnTheWay--
  }
}
