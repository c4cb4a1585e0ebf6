import type { Clock } from '../../lib/clock.ts'
import type { Leg, LegAudio } from '../ports.ts'

/** What came first: a key that was waited for, the end of the prompt or of the wait, or the end of the line. */
export type Heard = { readonly key: string } | 'complete' | 'stopped' | 'failed'

/** Keys of a leg in the order in which they are pressed, from its opening on. Until it is closed it listens. */
export class KeyPad {
  readonly #leg: Leg
  readonly #clock: Clock
  readonly #signal: AbortSignal
  readonly #pressed: string[] = []
  #onPress: () => void = () => {}
  readonly #hear = (key: string) => {
    this.#pressed.push(key)
    this.#onPress()
  }

  /** @param signal aborted when the line ends */
  constructor(leg: Leg, clock: Clock, signal: AbortSignal) {
    this.#leg = leg
    this.#clock = clock
    this.#signal = signal
    leg.on('keyPressed', this.#hear)
  }

  /** Plays until a key that `counts` is pressed, which stops the prompt at once. Other keys are dropped. */
  async play(audio: LegAudio, counts: (key: string) => boolean): Promise<Heard> {
    const stop = new AbortController()
    const key = { pressed: this.#take(counts) }
    if (key.pressed !== undefined) return { key: key.pressed }
    const onLineEnd = () => stop.abort()
    if (this.#signal.aborted) stop.abort()
    this.#signal.addEventListener('abort', onLineEnd, { once: true })
    this.#onPress = () => {
      key.pressed ??= this.#take(counts)
      if (key.pressed !== undefined) stop.abort()
    }
    try {
      const played = await this.#leg.play(audio, stop.signal)
      if (played === 'failed' || this.#signal.aborted) return played === 'failed' ? 'failed' : 'stopped'
      return key.pressed === undefined ? played : { key: key.pressed }
    } finally {
      this.#onPress = () => {}
      this.#signal.removeEventListener('abort', onLineEnd)
    }
  }

  /** Waits for a key, `waitMs` at most; `complete` when none came. */
  async wait(waitMs: number): Promise<Heard> {
    const before = this.#take(() => true)
    if (before !== undefined) return { key: before }
    if (this.#signal.aborted) return 'stopped'
    return await new Promise<Heard>((resolve) => {
      const settle = (heard: Heard) => {
        keyTimeout.cancel()
        this.#onPress = () => {}
        this.#signal.removeEventListener('abort', onLineEnd)
        resolve(heard)
      }
      const onLineEnd = () => settle('stopped')
      const keyTimeout = this.#clock.after(waitMs, () => settle('complete'))
      this.#signal.addEventListener('abort', onLineEnd, { once: true })
      this.#onPress = () => {
        const key = this.#take(() => true)
        if (key !== undefined) settle({ key })
      }
    })
  }

  /** Stops listening. */
  close(): void {
    this.#leg.off('keyPressed', this.#hear)
  }

  #take(counts: (key: string) => boolean): string | undefined {
    for (let key = this.#pressed.shift(); key !== undefined; key = this.#pressed.shift()) if (counts(key)) return key
    return undefined
  }
}
