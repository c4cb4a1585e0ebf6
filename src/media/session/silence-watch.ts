/**
 * Notices a far end that has vanished: no packet for so long although it is expected to talk. Each silence is told once;
 * a packet or a new description starts the wait anew.
 */
export class SilenceWatch {
  readonly #silenceMs: number
  readonly #told: () => void
  #isWatching = false
  #hasTold = false
  #lastSignMs = 0

  /** @param silenceSeconds 0 watches nothing */
  constructor(silenceSeconds: number, told: () => void) {
    this.#silenceMs = silenceSeconds * 1000
    this.#told = told
  }

  /** The far end was described: whether it is expected to talk from now on. */
  expect(isTalking: boolean, nowMs: number): void {
    this.#isWatching = isTalking && this.#silenceMs > 0
    this.sign(nowMs)
  }

  /** A packet of the far end came. */
  sign(nowMs: number): void {
    this.#lastSignMs = Math.floor(nowMs)
    this.#hasTold = false
  }

  /** Looks at the time. */
  tick(nowMs: number): void {
    if (!this.#isWatching || this.#hasTold || nowMs - this.#lastSignMs < this.#silenceMs) return
    this.#hasTold = true
    this.#told()
  }
}
