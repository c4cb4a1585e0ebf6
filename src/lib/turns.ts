/** Lets at most `atOnce` tasks run together; the others wait in order, so that one disk or program is not flooded. */
export class Turns {
  readonly #atOnce: number
  readonly #mostWaiting: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  /** @param mostWaiting how many may wait; more are refused */
  constructor(atOnce: number, mostWaiting: number) {
    this.#atOnce = atOnce
    this.#mostWaiting = mostWaiting
  }

  /** Runs the task in its turn. @throws {RangeError} when too many wait already, and what the task throws */
  async take<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#atOnce) {
      if (this.#waiting.length >= this.#mostWaiting) throw new RangeError(`${this.#waiting.length} tasks are waiting`)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else {
      this.#running += 1
    }
    try {
      return await task()
    } finally {
      const next = this.#waiting.shift()
      // The place goes from hand to hand: it is free only when nobody waits.
      if (next === undefined) this.#running -= 1
      else next()
    }
  }
}
