import type { Clock, Timer } from './clock.ts'

export interface RoundsOptions {
  /** From the end of a round to the beginning of the next, milliseconds. */
  readonly everyMs: number
  readonly clock: Clock
  readonly work: () => Promise<void>
  /** Told of a round that failed; the next one comes all the same. */
  readonly failed: (error: unknown) => void
}

/** Work that is done again and again, one round at a time, until it is closed. */
export class Rounds {
  readonly #options: RoundsOptions
  #timer: Timer | undefined
  #round: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(options: RoundsOptions) {
    this.#options = options
  }

  /** The first round comes after the usual pause. */
  start(): void {
    const { clock, everyMs } = this.#options
    if (this.#isClosed) return
    this.#timer = clock.after(everyMs, () => this.startNow())
  }

  /** The first round comes at once. */
  startNow(): void {
    const { work, failed } = this.#options
    this.#round = work()
      .catch(failed)
      .then(() => this.start())
  }

  /** Does the first round, which must succeed. @throws what it fails with: then no other follows */
  async begin(): Promise<void> {
    await this.#options.work()
    this.start()
  }

  /** Resolves when the round that is under way is over; at once when none is. */
  settled(): Promise<void> {
    return this.#round
  }

  /** No further round. One that is under way goes on, and nobody waits for it. */
  stop(): void {
    this.#isClosed = true
    this.#timer?.cancel()
  }

  /** No further round; resolves when none is under way any more. */
  async close(): Promise<void> {
    this.stop()
    await this.#round
  }
}
