import type { Clock, Timer } from '../../lib/clock.ts'

/** So many questions in a row without any sign of life mean that the other side hangs. */
const mostUnanswered = 3

export interface PulseEvents {
  /** Asks for a sign of life. */
  ask: () => void
  /** There was none. Comes once. */
  stopped: () => void
}

/**
 * Notices a process that is there and does nothing any more: stopped, spinning, or waiting for ever. Questions are
 * counted, not time: when this process is the one that was held up, its late timer fires once and the answers that
 * wait are read before the next.
 */
export class Pulse {
  readonly #clock: Clock
  readonly #intervalMs: number
  readonly #events: PulseEvents
  #unanswered = 0
  #timer: Timer | undefined

  /** Begins to ask, every `intervalMs`. */
  constructor(clock: Clock, intervalMs: number, events: PulseEvents) {
    this.#clock = clock
    this.#intervalMs = intervalMs
    this.#events = events
    this.#arm()
  }

  /** Something was heard from the other side. */
  sign(): void {
    this.#unanswered = 0
  }

  /** Asks no more. */
  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #arm(): void {
    this.#timer = this.#clock.after(this.#intervalMs, () => {
      if (this.#unanswered >= mostUnanswered) {
        this.#timer = undefined
        this.#events.stopped()
        return
      }
      this.#unanswered++
      this.#arm()
      this.#events.ask()
    })
  }
}
