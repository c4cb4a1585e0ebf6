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
 * The items in hand for one target: an account and a URL. Pure bookkeeping: which batch may leave next. A batch has one
 * message type, as a receiver expects. Receipts of one call leave in their order, whatever their types: while one is on
 * its way the next ones of that call stay, and when it failed they are withdrawn, to wait in the outbox for its retry.
 */
export class PushLine {
  #waiting: Held[] = []
  readonly #callsOnTheWay = new Set<string>()
  #batchesOnTheWay = 0
  #itemsOnTheWay = 0
  isFailing = false

  /** Items that wait or are on their way. */
  get length(): number {
    return this.#waiting.length + this.#itemsOnTheWay
  }

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

  /** Items of one call are added in their order. */
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
    const batch = this.#nextBatch()
    if (batch.size === 0) return []
    this.#waiting = this.#waiting.filter((one) => !batch.has(one.item))
    for (const item of batch) this.#callsOnTheWay.add(item.callId)
    this.#itemsOnTheWay += batch.size
    this.#batchesOnTheWay++
    return [...batch]
  }

  /**
   * A batch came back.
   *
   * @returns the items to give back to the outbox: those behind a receipt that was not accepted
   */
  done(batch: readonly PushItem[], accepted: boolean): PushItem[] {
    const calls = new Set(batch.map((item) => item.callId))
    for (const callId of calls) this.#callsOnTheWay.delete(callId)
    this.#itemsOnTheWay -= batch.length
    this.#batchesOnTheWay--
    return accepted ? [] : this.#withdraw((item) => calls.has(item.callId))
  }

  /** Takes out everything that is not on its way. */
  empty(): PushItem[] {
    return this.#withdraw(() => true)
  }

  /** The oldest item that may leave, and others of its type that may leave with it. */
  #nextBatch(): Set<PushItem> {
    const batch = new Set<PushItem>()
    const stays = new Set(this.#callsOnTheWay)
    let messageType: string | undefined
    for (const { item } of this.#waiting) {
      if (batch.size === largestPush) break
      if (stays.has(item.callId)) continue
      messageType ??= item.messageType
      if (item.messageType === messageType) batch.add(item)
      else stays.add(item.callId)
    }
    return batch
  }

  #withdraw(isMeant: (item: PushItem) => boolean): PushItem[] {
    const withdrawn = this.#waiting.filter((one) => isMeant(one.item)).map((one) => one.item)
    this.#waiting = this.#waiting.filter((one) => !isMeant(one.item))
    return withdrawn
  }
}
