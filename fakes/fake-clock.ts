import type { Clock, Timer } from '../src/lib/clock.ts'

interface Pending {
  at: number
  order: number
  task: () => void
}

/** A clock that stands still until a test moves it. Timers fire in order of due time, then of creation. */
export class FakeClock implements Clock {
  #nowMs: number
  readonly #startMs: number
  #order = 0
  readonly #pending = new Set<Pending>()

  /** @param startMs wall time at which the clock stands, milliseconds since 1970. */
  constructor(startMs = Date.UTC(2024, 0, 2, 3, 4, 5)) {
    this.#nowMs = startMs
    this.#startMs = startMs
  }

  now(): number {
    return this.#nowMs
  }

  monotonicMs(): number {
    return this.#nowMs - this.#startMs
  }

  after(delayMs: number, task: () => void): Timer {
    const pending: Pending = { at: this.#nowMs + Math.max(0, delayMs), order: this.#order++, task }
    this.#pending.add(pending)
    return { cancel: () => void this.#pending.delete(pending) }
  }

  /** How many timers are set and have not fired: a closed part leaves none behind. */
  get pendingTimers(): number {
    return this.#pending.size
  }

  /** Moves time forward by `ms`, firing what falls due and letting promises settle after each timer. */
  async advance(ms: number): Promise<void> {
    const end = this.#nowMs + ms
    await settle()
    for (let next = this.#nextDue(end); next !== undefined; next = this.#nextDue(end)) {
      this.#pending.delete(next)
      this.#nowMs = Math.max(this.#nowMs, next.at)
      next.task()
      await settle()
    }
    this.#nowMs = end
    await settle()
  }

  #nextDue(end: number): Pending | undefined {
    let next: Pending | undefined
    for (const one of this.#pending) {
      if (one.at > end) continue
      if (next === undefined || one.at < next.at || (one.at === next.at && one.order < next.order)) next = one
    }
    return next
  }
}

/** Lets every promise that is ready run its continuations. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
}
