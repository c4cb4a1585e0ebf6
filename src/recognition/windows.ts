/**
 * Cuts a stream of pieces of any size into overlapping windows of one size. The window is handed out for the time of the
 * call only: it is used again.
 */
export class Windows {
  readonly #window: Int16Array
  readonly #hop: number
  readonly #onWindow: (window: Int16Array) => void
  #filled = 0

  /** @param size samples in a window @param hop samples from the start of one to the start of the next, at most `size` */
  constructor(size: number, hop: number, onWindow: (window: Int16Array) => void) {
    this.#window = new Int16Array(size)
    this.#hop = hop
    this.#onWindow = onWindow
  }

  push(pcm: Int16Array): void {
    for (let at = 0; at < pcm.length; ) {
      const taken = Math.min(pcm.length - at, this.#window.length - this.#filled)
      this.#window.set(pcm.subarray(at, at + taken), this.#filled)
      this.#filled += taken
      at += taken
      if (this.#filled < this.#window.length) return
      this.#onWindow(this.#window)
      this.#window.copyWithin(0, this.#hop)
      this.#filled -= this.#hop
    }
  }
}
