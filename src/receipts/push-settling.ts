import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { pause } from '../lib/patience.ts'
import type { PushAttempt, PushItem, PushOutbox } from './ports.ts'

const firstPauseMs = 100
const longestPauseMs = 5_000

/**
 * Writes attempts down, again and again while the lease of their items lasts: after that the items are pushed again,
 * whatever is written.
 */
export class PushSettling {
  readonly #outbox: PushOutbox
  readonly #clock: Clock
  readonly #log: Log

  constructor(outbox: PushOutbox, clock: Clock, log: Log) {
    this.#outbox = outbox
    this.#clock = clock
    this.#log = log
  }

  async settle(attempt: PushAttempt, untilMs: number): Promise<void> {
    const ids = attempt.settlements.map(({ item }) => item.id)
    for (let failures = 0; ; failures++) {
      try {
        return await this.#outbox.settle(attempt)
      } catch (error) {
        if (this.#clock.monotonicMs() >= untilMs) {
          this.#log.error({ ids, err: error }, 'push results could not be stored: these receipts will be pushed again')
          return
        }
        this.#log.warn({ ids, failures, err: error }, 'storing push results failed, trying again')
      }
      const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failures, 10))
      await pause(this.#clock, pauseMs)
    }
  }

  /** Gives items back. When the store refuses, they come back by themselves at the end of their lease. */
  async release(items: readonly PushItem[]): Promise<void> {
    if (items.length === 0) return
    await this.#outbox.release(items).catch((error: unknown) => {
      this.#log.warn({ items: items.length, err: error }, 'receipts to push are given back when their lease ends')
    })
  }
}
