import type { Log } from '../../lib/log.ts'
import type { Leg, LegAudio } from '../ports.ts'

type Bridged = Promise<'stopped' | 'failed'>

/** What a caller who waits is given. */
export interface WaitingCallerParts {
  readonly callId: string
  readonly caller: Leg
  readonly callee: Leg
  readonly ringback: LegAudio
  /** Connects the two until they are parted; never rejects. */
  readonly connect: () => Bridged
  readonly log: Log
}

/** A sample above this is sound: -44 dB of full scale, over the noise of G.711. Some networks announce audio and send none. */
const soundLevel = 200

/**
 * What the caller of a double call hears until the callee answers: the ringing tone once the callee's phone rings, and
 * what the network itself plays as soon as that is more than silence. That is the bridge of the talk already, so that
 * nothing is cut at the answer.
 */
export class WaitingCaller {
  readonly #parts: WaitingCallerParts
  #tone: { readonly stop: AbortController; readonly played: Promise<unknown> } | undefined
  #early: Bridged | undefined
  #isOver = false
  #stopListening: (() => void) | undefined
  readonly #onRinging = () => this.#playTone()
  readonly #onEarlyMedia = () => this.#awaitSound()

  constructor(parts: WaitingCallerParts) {
    this.#parts = parts
    parts.callee.once('ringing', this.#onRinging)
    parts.callee.once('earlyMedia', this.#onEarlyMedia)
  }

  /** Ends the tone and the waiting; what was connected early stays connected. */
  async end(): Promise<void> {
    this.#isOver = true
    this.#parts.callee.off('ringing', this.#onRinging)
    this.#parts.callee.off('earlyMedia', this.#onEarlyMedia)
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
    this.#tone = { stop, played: this.#parts.caller.play(this.#parts.ringback, stop.signal) }
  }

  async #stopTone(): Promise<void> {
    this.#tone?.stop.abort()
    await this.#tone?.played
    this.#tone = undefined
  }

  /** Without a way to listen, what was announced is believed. */
  async #awaitSound(): Promise<void> {
    const { callee, callId, log } = this.#parts
    let isHeard = false
    const hear = (pcm: Int16Array) => {
      if (isHeard || this.#isOver || !pcm.some((sample) => Math.abs(sample) > soundLevel)) return
      isHeard = true
      this.#stopListening?.()
      this.#early = this.#connectEarly()
    }
    try {
      this.#stopListening = await callee.listen(hear)
      if (isHeard || this.#isOver) this.#stopListening()
    } catch (error) {
      log.warn({ callId, err: error }, 'what the network plays could not be listened to: it is taken for sound')
      if (!this.#isOver) this.#early = this.#connectEarly()
    }
  }

  /** Is under way before the tone is over: a 180 that comes meanwhile begins no second one. */
  async #connectEarly(): Bridged {
    const wasRinging = this.#tone !== undefined
    await this.#stopTone()
    const end = await this.#parts.connect()
    if (end === 'failed') {
      this.#early = undefined
      if (wasRinging) this.#playTone()
    }
    return end
  }
}
