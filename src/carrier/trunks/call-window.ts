import type { Clock } from '../../lib/clock.ts'

/**
 * A limit of new calls in any second, not only in those of the clock: a carrier counts from where it likes. A share below
 * one call a second is one call in as many seconds.
 */
export class CallWindow {
  readonly #clock: Clock
  readonly #starts: number[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Calls that may start now. @param callsPerSecond more than 0 is a limit; 0 is none at all, `Infinity` no limit */
  room(callsPerSecond: number): number {
    if (callsPerSecond === Number.POSITIVE_INFINITY) return Number.MAX_SAFE_INTEGER
    if (callsPerSecond <= 0) return 0
    const { calls, windowMs } = windowOf(callsPerSecond)
    return Math.max(0, calls - this.#since(this.#clock.monotonicMs() - windowMs))
  }

  /** Milliseconds until one more call may start; 0: now. */
  waitMs(callsPerSecond: number): number {
    if (this.room(callsPerSecond) > 0 || callsPerSecond <= 0) return 0
    const { calls, windowMs } = windowOf(callsPerSecond)
    const oldest = this.#starts.at(-calls) ?? 0
    return Math.max(1, Math.ceil(oldest + windowMs - this.#clock.monotonicMs()))
  }

  /** A call starts. */
  note(): void {
    const nowMs = this.#clock.monotonicMs()
    // Nothing older than the longest window in use is asked for; that of a tiny share is as long as its list is short.
    if (this.#starts.length >= 20_000) this.#starts.splice(0, 10_000)
    this.#starts.push(nowMs)
  }

  #since(fromMs: number): number {
    let count = 0
    for (let index = this.#starts.length - 1; index >= 0 && (this.#starts[index] ?? 0) > fromMs; index--) count++
    return count
  }
}

function windowOf(callsPerSecond: number): { calls: number; windowMs: number } {
  return callsPerSecond >= 1
    ? { calls: Math.floor(callsPerSecond), windowMs: 1000 }
    : { calls: 1, windowMs: 1000 / callsPerSecond }
}
