import type { Clock, Timer } from '../../lib/clock.ts'

/** How often a node looks for calls that another one accepted and could not dial. */
const lookMs = 1_000

/** Wakes the dialler: at once for calls accepted here, within a second for those of other nodes. */
export class AcceptBell {
  readonly #clock: Clock
  readonly #listeners = new Set<() => void>()
  #timer: Timer | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @returns what takes the listener off again */
  onRing(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  ring(): void {
    for (const listener of this.#listeners) listener()
  }

  start(): void {
    this.#timer = this.#clock.after(lookMs, () => {
      this.ring()
      this.start()
    })
  }

  close(): void {
    this.#timer?.cancel()
    this.#listeners.clear()
  }
}
