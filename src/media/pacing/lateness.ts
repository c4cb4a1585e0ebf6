/** Length of the look back, in buckets of one second. */
const buckets = 10

/** The worst of the last ten seconds, kept in one number per second. */
export class LatenessGauge {
  readonly #worst = new Float64Array(buckets)
  #second = 0

  /** Notes that something was `latenessMs` late at `nowMs` of a monotonic clock. */
  note(latenessMs: number, nowMs: number): void {
    const at = this.#forget(nowMs)
    if (latenessMs > (this.#worst[at] ?? 0)) this.#worst[at] = latenessMs
  }

  /** The worst lateness of the last ten seconds, milliseconds. */
  worstMs(nowMs: number): number {
    this.#forget(nowMs)
    return Math.max(...this.#worst)
  }

  /** Empties the buckets of seconds that nobody noted. @returns the bucket of `nowMs` */
  #forget(nowMs: number): number {
    const second = Math.floor(nowMs / 1000)
    for (let i = Math.max(this.#second + 1, second - buckets + 1); i <= second; i++) this.#worst[i % buckets] = 0
    this.#second = Math.max(this.#second, second)
    return second % buckets
  }
}
