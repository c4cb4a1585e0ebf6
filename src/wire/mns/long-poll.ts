import type { EventBus } from '../../events/event-bus.ts'
import type { Clock, Timer } from '../../lib/clock.ts'
import type { Queue, QueueMessage, ReceiptQueues } from '../../receipts/ports.ts'
import { WaitingLine } from './waiting-line.ts'

/** How often the store is asked for messages that another node put into a queue that someone waits at. */
const pollMs = 1_000

/**
 * Clients that wait for a message. Whoever waits costs memory and one timer: a queue is asked when a message was put
 * into it here, and all queues together, in one question, once a second in case another node did or a message became
 * visible again.
 */
export class LongPoll {
  readonly #queues: ReceiptQueues
  readonly #bus: EventBus
  readonly #clock: Clock
  readonly #lines = new Map<string, WaitingLine>()
  #poll: Timer | undefined
  #closed = false

  constructor(options: { queues: ReceiptQueues; bus: EventBus; clock: Clock }) {
    this.#queues = options.queues
    this.#bus = options.bus
    this.#clock = options.clock
    this.#bus.on('receipts.queued', this.#onQueued)
  }

  /** How many clients wait. */
  get waiting(): number {
    let count = 0
    for (const line of this.#lines.values()) count += line.length
    return count
  }

  /**
   * Waits for up to `max` messages. Ends with none when the time is over, when the client is `gone`, or on `close`.
   * Rejects with the store's error.
   */
  wait(queue: Queue, max: number, waitSeconds: number, gone: AbortSignal): Promise<QueueMessage[]> {
    if (this.#closed || gone.aborted) return Promise.resolve([])
    return new Promise((resolve, reject) => {
      const line = this.#lineAt(queue)
      const leave = () => {
        timeout.cancel()
        gone.removeEventListener('abort', giveUp)
        line.leave(waiter)
        if (line.length === 0) this.#clear(line)
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
      const waiter = { max, end, fail }
      const timeout = this.#clock.after(waitSeconds * 1000, giveUp)
      gone.addEventListener('abort', giveUp)
      // A message may have come between the client's first look and now.
      line.join(waiter)
    })
  }

  /** Sends everyone away with nothing, and lets nobody wait any more. */
  close(): void {
    this.#closed = true
    this.#bus.off('receipts.queued', this.#onQueued)
    for (const line of [...this.#lines.values()]) line.sendAway()
  }

  readonly #onQueued = ({ queues }: { queues: readonly string[] }) => {
    for (const queue of queues) this.#lines.get(queue)?.ask()
  }

  #lineAt(queue: Queue): WaitingLine {
    const known = this.#lines.get(queue.key)
    if (known !== undefined) return known
    const line = new WaitingLine(queue, this.#queues)
    this.#lines.set(queue.key, line)
    if (this.#poll === undefined) this.#schedulePoll()
    return line
  }

  #clear(line: WaitingLine): void {
    if (this.#lines.get(line.key) === line) this.#lines.delete(line.key)
    if (this.#lines.size > 0) return
    this.#poll?.cancel()
    this.#poll = undefined
  }

  #schedulePoll(): void {
    this.#poll = this.#clock.after(pollMs, () => {
      this.#schedulePoll()
      void this.#askAll()
    })
  }

  async #askAll(): Promise<void> {
    const asked = new Map(this.#lines)
    try {
      for (const key of await this.#queues.ready([...asked.keys()])) this.#lines.get(key)?.ask()
    } catch (error) {
      for (const line of asked.values()) line.fail(error)
    }
  }
}
