/** More keys than this at once, and then more a second, are no person's. */
const mostAtOnce = 32
const mostPerSecond = 20

/**
 * How many keys a far end may press: as many as a person does. Each key costs reports and tones elsewhere, so that one who
 * sends thousands must not fill queues; what the network held back and brings at once is heard all the same.
 */
export class KeyPace {
  /** Presses that may still come at once, and when that was counted. */
  #allowed = mostAtOnce
  #countedAtMs = 0

  /** Takes one more key. @param nowMs monotonic milliseconds. @returns whether it may be heard */
  takes(nowMs: number): boolean {
    const gained = ((nowMs - this.#countedAtMs) * mostPerSecond) / 1000
    this.#allowed = Math.min(mostAtOnce, this.#allowed + Math.max(0, gained))
    this.#countedAtMs = nowMs
    if (this.#allowed < 1) return false
    this.#allowed--
    return true
  }
}
