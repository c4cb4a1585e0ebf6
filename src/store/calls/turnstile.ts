/**
 * Lets one at a time through per key, in the order of arrival; different keys do not wait for each other. Nothing is
 * kept for a key that nobody uses.
 */
export class Turnstile {
  /** Who waits outside, per key that has somebody inside. */
  readonly #queues = new Map<string, (() => void)[]>()

  /** Waits for its turn. The caller must call what it gets once it is done, exactly once. */
  async enter(key: string): Promise<() => void> {
    const queue = this.#queues.get(key)
    if (queue === undefined) this.#queues.set(key, [])
    else await new Promise<void>((resolve) => queue.push(resolve))
    return () => this.#leave(key)
  }

  #leave(key: string): void {
    const next = this.#queues.get(key)?.shift()
    if (next === undefined) this.#queues.delete(key)
    else next()
  }
}
