import type { Queue, QueueMessage, ReceiptQueues } from '../../receipts/ports.ts'

/** One client that waits. Ending or failing it takes it out of the line. */
export interface Waiter {
  readonly max: number
  readonly end: (messages: QueueMessage[]) => void
  readonly fail: (error: unknown) => void
}

/** As many messages as one question asks for, on behalf of everyone who waits. */
const largestTaking = 256

/** Everyone who waits at one queue, the longest first. */
export class WaitingLine {
  readonly key: string
  readonly #queue: Queue
  readonly #queues: ReceiptQueues
  readonly #waiters = new Set<Waiter>()
  #asking = false
  #askAgain = false

  constructor(queue: Queue, queues: ReceiptQueues) {
    this.key = queue.key
    this.#queue = queue
    this.#queues = queues
  }

  get length(): number {
    return this.#waiters.size
  }

  /** Stands in line and has the queue asked. */
  join(waiter: Waiter): void {
    this.#waiters.add(waiter)
    this.ask()
  }

  leave(waiter: Waiter): void {
    this.#waiters.delete(waiter)
  }

  /** Ends everyone's wait with nothing. */
  sendAway(): void {
    for (const waiter of [...this.#waiters]) waiter.end([])
  }

  /** Ends everyone's wait with an error. */
  fail(error: unknown): void {
    for (const waiter of [...this.#waiters]) waiter.fail(error)
  }

  /** Asks the queue, one question at a time; news that comes meanwhile makes it ask once more. */
  ask(): void {
    this.#askAgain = true
    if (this.#asking) return
    this.#asking = true
    void this.#askUntilEmpty()
  }

  async #askUntilEmpty(): Promise<void> {
    try {
      while (this.#askAgain && this.#waiters.size > 0) {
        this.#askAgain = false
        if (await this.#serve()) this.#askAgain = true
      }
    } catch (error) {
      this.fail(error)
    } finally {
      this.#asking = false
    }
  }

  /** @returns whether there was a message. */
  async #serve(): Promise<boolean> {
    const messages = await this.#queues.receive(this.key, this.#wanted(), this.#queue.attributes.visibilitySeconds)
    const came = messages.length > 0
    // Some may have gone meanwhile: the next ones take their messages. What is left over becomes visible again.
    for (const waiter of [...this.#waiters]) {
      if (messages.length === 0) break
      waiter.end(messages.splice(0, waiter.max))
    }
    return came
  }

  /** What those at the front may have, for as many of them as one question covers. */
  #wanted(): number {
    let wanted = 0
    for (const { max } of this.#waiters) {
      if (wanted + max > largestTaking) break
      wanted += max
    }
    return wanted
  }
}
