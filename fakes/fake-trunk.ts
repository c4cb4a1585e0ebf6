import { EventEmitter } from 'node:events'
import type { DialRequest, Leg, LegAudio, LegEnd, LegEvents, LegRecording, Trunk } from '../src/engine/ports.ts'

/**
 * A leg whose far end is the test: `leg.emit('ringing')`, `leg.answer()`, `leg.finishPlaying()`, `leg.say(…)`,
 * `leg.end(…)`. What is under way on it is counted: `leftovers`.
 */
export class FakeLeg extends EventEmitter<LegEvents> implements Leg {
  readonly request: DialRequest
  trunk: string | undefined
  readonly played: LegAudio[] = []
  hangUps = 0
  /** Prompts under way. */
  playbacks = 0
  /** Legs that are connected with this one now. */
  readonly bridges = new Set<FakeLeg>()
  /** Files that are being written. */
  readonly recordings = new Map<string, Leg | undefined>()
  /** Who listens to the far end. */
  readonly listeningTo = new Set<(pcm: Int16Array) => void>()
  /** Bridges with this leg fail as soon as they are asked for. */
  cannotBridge = false
  #breakBridge: (() => void) | undefined
  #finishPlaying: ((end: 'complete' | 'stopped' | 'failed') => void) | undefined
  #disk = Promise.resolve()
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

  bridge(other: Leg, signal: AbortSignal): Promise<'stopped' | 'failed'> {
    if (!(other instanceof FakeLeg)) throw new Error('a fake leg is bridged with another one only')
    if (this.cannotBridge) return Promise.resolve('failed')
    this.bridges.add(other)
    other.bridges.add(this)
    return new Promise((resolve) => {
      const part = (how: 'stopped' | 'failed') => {
        signal.removeEventListener('abort', stop)
        for (const leg of [this, other]) leg.off('ended', stop)
        this.bridges.delete(other)
        other.bridges.delete(this)
        resolve(how)
      }
      const stop = () => part('stopped')
      this.#breakBridge = () => part('failed')
      signal.addEventListener('abort', stop, { once: true })
      for (const leg of [this, other]) leg.once('ended', stop)
      if (signal.aborted) stop()
    })
  }

  /** The bridge breaks. */
  breakBridge(): void {
    this.#breakBridge?.()
  }

  async record(file: string, other?: Leg): Promise<LegRecording> {
    this.recordings.set(file, other)
    return {
      stop: async () => {
        await this.#disk
        this.recordings.delete(file)
        return { durationMs: 1000 }
      },
    }
  }

  /** No recording can be closed until the disk comes back. */
  hangDisk(): { comesBack: () => void } {
    let comesBack = (): void => {}
    this.#disk = new Promise<void>((resolve) => {
      comesBack = resolve
    })
    return { comesBack }
  }

  async listen(hear: (pcm: Int16Array) => void): Promise<() => void> {
    this.listeningTo.add(hear)
    return () => void this.listeningTo.delete(hear)
  }

  /** The far end, or the network before the answer, is heard. */
  say(pcm: Int16Array): void {
    for (const hear of this.listeningTo) hear(pcm)
  }

  /** What is still under way on it. A leg that has ended has nothing. */
  get leftovers(): string[] {
    const events = ['ringing', 'earlyMedia', 'answered', 'keyPressed', 'ended'] as const
    return [
      ...(this.playbacks === 0 ? [] : [`${this.playbacks} playbacks`]),
      ...(this.bridges.size === 0 ? [] : [`${this.bridges.size} bridges`]),
      ...(this.recordings.size === 0 ? [] : [`${this.recordings.size} recordings`]),
      ...(this.listeningTo.size === 0 ? [] : [`${this.listeningTo.size} ears`]),
      ...events.flatMap((event) => (this.listenerCount(event) === 0 ? [] : [`listeners of ${event}`])),
    ]
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

  /** Ends as a far end would that is busy before its answer or hangs up after it, or as one that is lost. */
  finish(how: 'busy' | 'lost'): void {
    const after: LegEnd = how === 'busy' ? hungUp : { answered: true, by: 'network', broken: 'no packets' }
    this.end(this.#answered ? after : { answered: false, outcome: how === 'busy' ? 'busy' : 'unreachable' })
  }

  end(end: LegEnd): void {
    if (this.#ended) return
    this.#ended = true
    this.#finishPlaying?.('stopped')
    this.emit('ended', end)
    this.removeAllListeners()
  }

  get isOver(): boolean {
    return this.#ended
  }

  describe(): string {
    return 'fake leg'
  }
}

const hungUp: LegEnd = { answered: true, by: 'callee' }

/** A trunk that keeps the legs it was asked for. */
export class FakeTrunk implements Trunk {
  readonly legs: FakeLeg[] = []
  channels: number
  linesFor?: NonNullable<Trunk['linesFor']>

  constructor(channels = 10) {
    this.channels = channels
  }

  dial(request: DialRequest): FakeLeg {
    const leg = new FakeLeg(request)
    this.legs.push(leg)
    return leg
  }

  /** Lines that are left: those of legs that have not ended are taken. */
  capacity(): number {
    return this.channels - this.legs.filter((leg) => !leg.isOver).length
  }

  /** The only leg, or the `index`th. @throws when it was not dialled. */
  leg(index = 0): FakeLeg {
    const leg = this.legs[index]
    if (leg === undefined) throw new Error(`leg ${index} was not dialled; there are ${this.legs.length}`)
    return leg
  }
}
