import type { SharedLimits } from '../src/operations/ports.ts'
import type { FakeClock } from './fake-clock.ts'

/** What nodes share of their limits, in memory: one second at a time, by the clock of the test. */
export class FakeSharedLimits implements SharedLimits {
  liveNodes = 1
  /** How often it was asked. */
  questions = 0
  /** Set: every question fails with it. */
  failure: Error | undefined
  readonly #clock: FakeClock
  #second = 0
  #taken = new Map<string, number>()

  constructor(clock: FakeClock) {
    this.#clock = clock
  }

  async take(name: string, wanted: number, limit: number): Promise<{ granted: number; remainingMs: number }> {
    this.questions++
    if (this.failure !== undefined) throw this.failure
    const now = this.#clock.now()
    if (Math.floor(now / 1000) !== this.#second) {
      this.#second = Math.floor(now / 1000)
      this.#taken = new Map()
    }
    const before = this.#taken.get(name) ?? 0
    this.#taken.set(name, before + wanted)
    return { granted: Math.min(wanted, Math.max(0, limit - before)), remainingMs: 1000 - (now % 1000) }
  }
}
