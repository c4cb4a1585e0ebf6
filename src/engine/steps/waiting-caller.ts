import type { Leg, LegAudio } from '../ports.ts'

type Bridged = Promise<'stopped' | 'failed'>

/** A sample above this is sound: -44 dB of full scale, over the noise of G.711. Some networks announce audio and send none. */
const soundLevel = 200

/**
 * What the caller of a double call hears until the callee answers: the ringing tone once the callee's phone rings, and
 * what the network itself plays as soon as that is more than silence. That is the bridge of the talk already, so that
 * nothing is cut at the answer.
 */
export class WaitingCaller {
  readonly #caller: Leg
  readonly #callee: Leg
  readonly #ringback: LegAudio
  readonly #connect: () => Bridged
  #tone: { readonly stop: AbortController; readonly played: Promise<unknown> } | undefined
  #early: Bridged | undefined
  #isOver = false
  #stopListening: (() => void) | undefined
  readonly #onRinging = () => this.#playTone()
  readonly #onEarlyMedia = () => void this.#awaitSound()

  /** @param parts `connect`: connects the two until they are parted; never rejects */
  constructor(parts: { caller: Leg; callee: Leg; ringback: LegAudio; connect: () => Bridged }) {
    this.#caller = parts.caller
    this.#callee = parts.callee
    this.#ringback = parts.ringback
    this.#connect = parts.connect
    this.#callee.once('ringing', this.#onRinging)
    this.#callee.once('earlyMedia', this.#onEarlyMedia)
  }

  /** Ends the tone and the waiting; what was connected early stays connected. */
  async end(): Promise<void> {
    this.#isOver = true
    this.#callee.off('ringing', this.#onRinging)
    this.#callee.off('earlyMedia', this.#onEarlyMedia)
    this.#stopListening?.()
    await this.#stopTone()
  }

  /** The bridge, when the two are connected before the answer. */
  get early(): Bridged | undefined {
    return this.#early
  }

  #playTone(): void {
    if (this.#isOver || this.#early !== undefined) return
    const stop = new AbortController()
    this.#tone = { stop, played: this.#caller.play(this.#ringback, stop.signal) }
  }

  async #stopTone(): Promise<void> {
    this.#tone?.stop.abort()
    await this.#tone?.played
    this.#tone = undefined
  }

  /** Without a way to listen, what was announced is believed. */
  async #awaitSound(): Promise<void> {
    let isHeard = false
    const hear = (pcm: Int16Array) => {
      if (isHeard || this.#isOver || !pcm.some((sample) => Math.abs(sample) > soundLevel)) return
      isHeard = true
      this.#stopListening?.()
      void this.#connectEarly()
    }
    try {
      this.#stopListening = await this.#callee.listen(hear)
      if (isHeard || this.#isOver) this.#stopListening()
    } catch {
      if (!this.#isOver) await this.#connectEarly()
    }
  }

  async #connectEarly(): Promise<void> {
    const wasRinging = this.#tone !== undefined
    // Claimed before the tone is over: a 180 that comes meanwhile begins no second one.
    this.#early = this.#stopTone().then(this.#connect)
    if ((await this.#early) !== 'failed') return
    this.#early = undefined
    if (wasRinging) this.#playTone()
  }
}
