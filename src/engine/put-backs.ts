import type { Call } from '../domain/call/call.ts'
import type { EventBus } from '../events/event-bus.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { pause } from '../lib/patience.ts'
import type { CallQueue } from './ports.ts'

/** Calls that come within this time go back in one statement. */
const gatherMs = 20
/** How long the store is left alone when it refused. */
const retryMs = 1_000

/** A call waits a tenth of what it has waited already until it is tried again: within these bounds. */
const shortestPauseMs = 1_000
const longestPauseMs = 10_000

/** A call on its way back to the queue. */
interface Returning {
  readonly call: Call
  readonly done: () => void
}

/**
 * Brings calls back to the queue for which nothing was sent: no trunk has a line for them, or this node goes down. While the
 * store is away they are this node's: should it end meanwhile, they are closed as orphans.
 */
export class PutBacks {
  readonly #queue: Pick<CallQueue, 'putBack'>
  readonly #bus: EventBus
  readonly #clock: Clock
  readonly #log: Log
  readonly #returning: Returning[] = []
  #isFlushing = false
  #isGivenUp = false

  constructor(parts: {
    readonly queue: Pick<CallQueue, 'putBack'>
    readonly bus: EventBus
    readonly clock: Clock
    readonly log: Log
  }) {
    this.#queue = parts.queue
    this.#bus = parts.bus
    this.#clock = parts.clock
    this.#log = parts.log
  }

  /** Whether some are on their way: what is claimed meanwhile would likely follow them. */
  get isBusy(): boolean {
    return this.#isFlushing
  }

  /** Resolves when the call is in the queue again, or has ended because it was called off meanwhile. */
  add(call: Call): Promise<void> {
    const done = new Promise<void>((resolve) => this.#returning.push({ call, done: resolve }))
    if (!this.#isFlushing) {
      this.#isFlushing = true
      this.#clock.after(gatherMs, () => this.#flush())
    }
    return done
  }

  /** The node ends: what comes now is due for the others at once, and what the store does not take stays where it is. */
  giveUp(): void {
    this.#isGivenUp = true
  }

  async #flush(): Promise<void> {
    while (this.#returning.length > 0) {
      const batch = this.#returning.splice(0)
      const calledOff = await this.#putBack(batch.map(({ call }) => call))
      if (calledOff === 'refused' && !this.#isGivenUp) {
        this.#returning.unshift(...batch)
        await pause(this.#clock, retryMs)
        continue
      }
      for (const call of calledOff === 'refused' ? [] : calledOff) {
        this.#bus.emit('call.ended', { call, outcome: 'cancelled', endedAt: this.#clock.now(), hangUpBy: 'here' })
      }
      for (const { done } of batch) done()
    }
    this.#isFlushing = false
  }

  /** @returns those that were called off meanwhile */
  async #putBack(calls: readonly Call[]): Promise<readonly Call[] | 'refused'> {
    try {
      return await this.#queue.putBack(calls.map((call) => ({ call, notBefore: this.#dueAt(call) })))
    } catch (error) {
      this.#log.error({ calls: calls.length, err: error }, 'calls for which nothing was sent are not put back yet')
      return 'refused'
    }
  }

  /** Wall milliseconds. */
  #dueAt(call: Call): number {
    const now = this.#clock.now()
    if (this.#isGivenUp) return now
    return now + Math.min(longestPauseMs, Math.max(shortestPauseMs, (now - call.acceptedAt) / 10))
  }
}
