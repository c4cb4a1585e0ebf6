import { EventEmitter } from 'node:events'
import type { DialRequest, Leg, LegAudio, LegEnd, LegEvents, Trunk } from '../src/engine/ports.ts'

/** A leg whose far end is the test: `leg.emit('ringing')`, `leg.answer()`, `leg.finishPlaying()`, `leg.end(…)`. */
export class FakeLeg extends EventEmitter<LegEvents> implements Leg {
  readonly request: DialRequest
  readonly played: LegAudio[] = []
  hangUps = 0
  /** Prompts under way. */
  playbacks = 0
  #finishPlaying: ((end: 'complete' | 'stopped' | 'failed') => void) | undefined
  #answered = false
  #ended = false

  constructor(request: DialRequest) {
    super()
    this.request = request
  }

  play(audio: LegAudio, signal: AbortSignal): Promise<'complete' | 'stopped' | 'failed'> {
    this.played.push(audio)
    this.playbacks++
    return new Promise((resolve) => {
      const stop = () => finish('stopped')
      const finish = (end: 'complete' | 'stopped' | 'failed') => {
        this.#finishPlaying = undefined
        this.playbacks--
        signal.removeEventListener('abort', stop)
        resolve(end)
      }
      this.#finishPlaying = finish
      signal.addEventListener('abort', stop, { once: true })
      if (signal.aborted) stop()
    })
  }

  /** The prompt comes to its end. */
  finishPlaying(end: 'complete' | 'stopped' | 'failed' = 'complete'): void {
    this.#finishPlaying?.(end)
  }

  answer(): void {
    this.#answered = true
    this.emit('answered')
  }

  /** Hanging up from our side ends the leg, as BYE or CANCEL would. */
  hangUp(): void {
    this.hangUps++
    this.end(this.#answered ? { answered: true, by: 'here' } : { answered: false, outcome: 'cancelled' })
  }

  end(end: LegEnd): void {
    if (this.#ended) return
    this.#ended = true
    this.emit('ended', end)
  }

  describe(): string {
    return 'fake leg'
  }
}

/** A trunk that keeps the legs it was asked for. */
export class FakeTrunk implements Trunk {
  readonly legs: FakeLeg[] = []
  channels: number

  constructor(channels = 10) {
    this.channels = channels
  }

  dial(request: DialRequest): FakeLeg {
    const leg = new FakeLeg(request)
    this.legs.push(leg)
    return leg
  }

  capacity(): number {
    return this.channels
  }

  /** The only leg, or the `index`th. @throws when it was not dialled. */
  leg(index = 0): FakeLeg {
    const leg = this.legs[index]
    if (leg === undefined) throw new Error(`leg ${index} was not dialled; there are ${this.legs.length}`)
    return leg
  }
}
