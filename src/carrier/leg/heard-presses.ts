/** The ways by which a press of the far end reaches us: its audio stream (RFC 4733, or tones), and SIP INFO. */
export type KeyWay = 'media' | 'info'

/**
 * The second telling of a press comes this much later at most: some send the INFO when the key is released, and one that
 * was lost is repeated after 0.5 and 1.5 s (RFC 3261 §17.1.2.1).
 */
const tellingsWithinMs = 4000
/** More presses than a hand makes in that time: a far end that floods us must not cost memory. */
const mostRemembered = 64

/**
 * Some gateways tell one press by several ways. Presses are matched in their order: a key counts as old news when another
 * way told it shortly before and this way has not told it yet, so that a key pressed twice still counts twice.
 */
export class HeardPresses {
  #recent: { readonly key: string; readonly atMs: number; readonly tellers: Set<KeyWay> }[] = []

  /** @param nowMs monotonic milliseconds. @returns whether this is a press that nobody told before */
  isNew(key: string, way: KeyWay, nowMs: number): boolean {
    this.#recent = this.#recent.slice(-mostRemembered).filter(({ atMs }) => nowMs - atMs <= tellingsWithinMs)
    const told = this.#recent.find((press) => press.key === key && !press.tellers.has(way))
    if (told === undefined) this.#recent.push({ key, atMs: nowMs, tellers: new Set([way]) })
    else told.tellers.add(way)
    return told === undefined
  }
}
