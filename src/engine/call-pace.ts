import type { Clock } from '../lib/clock.ts'

/**
 * How many calls may be started right now under a limit of calls per second. The allowance grows evenly and never
 * exceeds one second's worth, so that a quiet minute is not followed by a burst.
 */
export class CallPace {
  readonly #callsPerSecond: number
  readonly #clock: Clock
  #allowance: number
  #updatedMs: number

  /** @param callsPerSecond more than 0; `Infinity` for no limit. */
  constructor(callsPerSecond: number, clock: Clock) {
    this.#callsPerSecond = callsPerSecond
    this.#clock = clock
    this.#allowance = Math.max(1, callsPerSecond)
    this.#updatedMs = clock.monotonicMs()
  }

  /** Whole calls that may start now. */
  available(): number {
    if (this.#callsPerSecond === Number.POSITIVE_INFINITY) return Number.MAX_SAFE_INTEGER
    const nowMs = this.#clock.monotonicMs()
    const grown = this.#allowance + ((nowMs - this.#updatedMs) / 1000) * this.#callsPerSecond
    this.#allowance = Math.min(Math.max(1, this.#callsPerSecond), grown)
    this.#updatedMs = nowMs
    return Math.floor(this.#allowance)
  }

  /** Whether waiting brings no more than what is available now. */
  get isFull(): boolean {
    return this.available() >= Math.floor(Math.max(1, this.#callsPerSecond))
  }

  /** Takes `calls` from the allowance. */
  spend(calls: number): void {
    this.#allowance -= calls
  }

  /** Takes back what was spent on `calls` that were not begun. */
  giveBack(calls: number): void {
    this.#allowance += calls
  }

  /** Milliseconds until one more call may start. */
  waitMs(): number {
    if (this.available() >= 1) return 0
    return Math.ceil(((1 - this.#allowance) / this.#callsPerSecond) * 1000)
  }
}
