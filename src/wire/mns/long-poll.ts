import type { EventBus } from '../../events/event-bus.ts'
import type { Clock, Timer } from '../../lib/clock.ts'
import type { QueueMessage, ReceiptQueues } from '../../receipts/ports.ts'

/** How often a queue that someone waits at is asked, for messages that another node put there. */
const pollMs = 1_000

/** One client that waits. */
interface Waiter {
  readonly max: number
  readonly end: (messages: QueueMessage[]) => void
  readonly fail: (error: unknown) => void
}

/** Everyone who waits at one queue, the longest first. */
interface Line {
  readonly queue: string
  readonly waiters: Set<Waiter>
  poll: Timer | undefined
  asking: boolean
  askAgain: boolean
}

/**
 * Clients that wait for a message. Whoever waits costs memory and one timer: a queue is asked when a message was put
 * into it here, and once a second in case another node did, whatever the number of clients at it.
 */
export class LongPoll {
  readonly #queues: ReceiptQueues
  readonly #bus: EventBus
  readonly #clock: Clock
  readonly #visibilitySeconds: number
  readonly #lines = new Map<string, Line>()
  #closed = false

  constructor(options: { queues: ReceiptQueues; bus: EventBus; clock: Clock; visibilitySeconds: number }) {
    this.#queues = options.queues
    this.#bus = options.bus
    this.#clock = options.clock
    this.#visibilitySeconds = options.visibilitySeconds
    this.#bus.on('receipts.queued', this.#onQueued)
  }

  /** How many clients wait. */
  get waiting(): number {
    let count = 0
    for (const line of this.#lines.values()) count += line.waiters.size
    return count
  }

  /**
   * Waits for up to `max` messages. Ends with none when the time is over, when the client is `gone`, or on `close`.
   * Rejects with the store's error.
   */
  wait(queue: string, max: number, waitSeconds: number, gone: AbortSignal): Promise<QueueMessage[]> {
    if (this.#closed || gone.aborted) return Promise.resolve([])
    return new Promise((resolve, reject) => {
      const line = this.#lineAt(queue)
      const leave = () => {
        timeout.cancel()
        gone.removeEventListener('abort', giveUp)
        line.waiters.delete(waiter)
        if (line.waiters.size === 0) this.#clear(line)
      }
      const end = (messages: QueueMessage[]) => {
        leave()
        resolve(messages)
      }
      const fail = (error: unknown) => {
        leave()
        reject(error)
      }
      const giveUp = () => end([])
      const waiter: Waiter = { max, end, fail }
      const timeout = this.#clock.after(waitSeconds * 1000, giveUp)
      gone.addEventListener('abort', giveUp)
      line.waiters.add(waiter)
      // A message may have come between the client's first look and now.
      this.#ask(line)
    })
  }

  /** Sends everyone away with nothing, and lets nobody wait any more. */
  close(): void {
    this.#closed = true
    this.#bus.off('receipts.queued', this.#onQueued)
    for (const line of [...this.#lines.values()]) for (const waiter of [...line.waiters]) waiter.end([])
  }

  readonly #onQueued = ({ queues }: { queues: readonly string[] }) => {
    for (const queue of queues) {
      const line = this.#lines.get(queue)
      if (line !== undefined) this.#ask(line)
    }
  }

  #lineAt(queue: string): Line {
    const known = this.#lines.get(queue)
    if (known !== undefined) return known
    const line: Line = { queue, waiters: new Set(), poll: undefined, asking: false, askAgain: false }
    this.#lines.set(queue, line)
    this.#schedulePoll(line)
    return line
  }

  #schedulePoll(line: Line): void {
    line.poll = this.#clock.after(pollMs, () => {
      this.#schedulePoll(line)
      this.#ask(line)
    })
  }

  #clear(line: Line): void {
    line.poll?.cancel()
    if (this.#lines.get(line.queue) === line) this.#lines.delete(line.queue)
  }

  /** Asks the queue, one question at a time; news that comes meanwhile makes it ask once more. */
  #ask(line: Line): void {
    line.askAgain = true
    if (line.asking) return
    line.asking = true
    void this.#askUntilEmpty(line)
  }

  async #askUntilEmpty(line: Line): Promise<void> {
    try {
      while (line.askAgain && line.waiters.size > 0) {
        line.askAgain = false
        if (await this.#serveFirst(line)) line.askAgain = true
      }
    } catch (error) {
      for (const waiter of [...line.waiters]) waiter.fail(error)
    } finally {
      line.asking = false
    }
  }

  /** @returns whether there was a message. */
  async #serveFirst(line: Line): Promise<boolean> {
    const [first] = line.waiters
    if (first === undefined) return false
    const messages = await this.#queues.receive(line.queue, first.max, this.#visibilitySeconds)
    const came = messages.length > 0
    // The first may have gone meanwhile: the next one takes the messages. With nobody left they become visible again.
    for (const waiter of [...line.waiters]) {
      if (messages.length === 0) break
      waiter.end(messages.splice(0, waiter.max))
    }
    return came
  }
}
