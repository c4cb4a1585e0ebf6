import type { Clock } from '../../lib/clock.ts'

interface Remembered<Value> {
  readonly value: Promise<Value>
  readonly untilMs: number
}

/**
 * Remembers what was read for a key for a short while, so that a question asked a thousand times a second is asked
 * once. Concurrent reads of one key are one; failures are not remembered. Bounded: the oldest entry goes first.
 */
export class ExpiringMemory<Value> {
  readonly #clock: Clock
  readonly #lifeMs: number
  readonly #capacity: number
  readonly #known = new Map<string, Remembered<Value>>()

  constructor(clock: Clock, lifeMs: number, capacity: number) {
    this.#clock = clock
    this.#lifeMs = lifeMs
    this.#capacity = capacity
  }

  /** What is known for the key, else what `read` finds. @throws what `read` throws */
  get(key: string, read: () => Promise<Value>): Promise<Value> {
    const known = this.#known.get(key)
    if (known !== undefined && this.#clock.monotonicMs() < known.untilMs) return known.value
    const entry: Remembered<Value> = {
      value: read().catch((error: unknown) => {
        if (this.#known.get(key) === entry) this.#known.delete(key)
        throw error
      }),
      untilMs: this.#clock.monotonicMs() + this.#lifeMs,
    }
    this.#known.delete(key)
    this.#known.set(key, entry)
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= this.#capacity) break
      this.#known.delete(oldest)
    }
    return entry.value
  }

  forget(key: string): void {
    this.#known.delete(key)
  }

  forgetAll(): void {
    this.#known.clear()
  }
}
