import type { Clock } from '../../lib/clock.ts'

/**
 * Whether this node's own heartbeats came through. When they did not, the database was away, and those of the other
 * nodes are as old: their silence says nothing until they have had the time to beat again.
 */
export class Pulse {
  readonly #clock: Clock
  readonly #longestGapMs: number
  readonly #graceMs: number
  #lastBeatMs: number | undefined
  #steadyFromMs = 0

  /** Heartbeats further apart than `longestGapMs` were lost; after that, others get `graceMs`. */
  constructor(clock: Clock, { longestGapMs, graceMs }: { longestGapMs: number; graceMs: number }) {
    this.#clock = clock
    this.#longestGapMs = longestGapMs
    this.#graceMs = graceMs
  }

  /** A heartbeat came through. */
  beat(): void {
    const nowMs = this.#clock.monotonicMs()
    if (this.#lastBeatMs !== undefined && this.#isGap(nowMs - this.#lastBeatMs)) {
      this.#steadyFromMs = nowMs + this.#graceMs
    }
    this.#lastBeatMs = nowMs
  }

  /** Whether the silence of another node may be taken for its death. */
  get isSteady(): boolean {
    const nowMs = this.#clock.monotonicMs()
    if (this.#lastBeatMs === undefined || this.#isGap(nowMs - this.#lastBeatMs)) return false
    return nowMs >= this.#steadyFromMs
  }

  #isGap(ms: number): boolean {
    return ms > this.#longestGapMs
  }
}
