import { frameMs, frameSamples } from './rtp/rtp-sender.ts'

/** Samples the ring can hold: about half a second. */
const ringSamples = 4096
/** So many packets in a row outside the buffer are a stream that restarted, not strays. */
const straysThatRestart = 5
/** How often the depth is looked at, in frames. */
const windowFrames = 50
/** So many late packets in one window mean that the buffer is too shallow. */
const lateThatDeepens = 3

export interface JitterBufferOptions {
  /** What a missing sample is: the codec's silence. */
  silence: number
  /** How long audio waits for stragglers, milliseconds; rounded up to whole frames. */
  delayMs?: number
}

/**
 * Brings received audio into order and into an even pace. Payloads are laid into a ring by their timestamp, so order,
 * doubles and packet size do not matter, and what never came is silence. `pop` takes 20 ms off the front at the pace of
 * our own clock; the depth of the buffer follows the far end's: a clock that runs faster fills it until one frame is
 * dropped, one that runs slower (or a line that got worse) makes packets late until one frame of silence is put in.
 *
 *     …silence | play ──── delay ────▶ newest | silence…
 */
export class JitterBuffer {
  readonly delayMs: number
  readonly #delaySamples: number
  readonly #silence: number
  readonly #ring: Uint8Array
  #isStarted = false
  /** Timestamp of the next sample to play. */
  #playTimestamp = 0
  /** Samples from there to behind the newest. */
  #depth = 0
  #strays = 0
  #late = 0
  #framesInWindow = 0
  #lateInWindow = 0
  #leastDepthInWindow = ringSamples

  constructor(options: JitterBufferOptions) {
    const frames = Math.ceil((options.delayMs ?? 100) / frameMs)
    this.delayMs = frames * frameMs
    this.#delaySamples = frames * frameSamples
    this.#silence = options.silence
    this.#ring = new Uint8Array(ringSamples).fill(options.silence)
  }

  /** Packets that came after their time and were not heard. */
  get packetsLate(): number {
    return this.#late
  }

  /** Milliseconds between what plays now and the newest audio. */
  get depthMs(): number {
    return this.#depth / 8
  }

  /** Lays a packet's audio where its timestamp says. The payload is copied. */
  push(timestamp: number, payload: Uint8Array): void {
    if (payload.length === 0 || payload.length > ringSamples / 2) return
    if (!this.#isStarted) this.#startAt(timestamp)
    let offset = (timestamp - this.#playTimestamp) | 0
    const isLate = offset + payload.length <= 0
    if (isLate || offset + payload.length > ringSamples) {
      this.#strays++
      if (this.#strays < straysThatRestart) {
        if (isLate) this.#countLate()
        return
      }
      this.#startAt(timestamp)
      offset = this.#delaySamples
    }
    this.#strays = 0
    const heard = offset < 0 ? payload.subarray(-offset) : payload
    this.#lay(heard, Math.max(0, offset))
  }

  /** Takes the next frame off the front, into `target` when somebody wants it. @returns whether a stream has begun */
  pop(target?: Uint8Array): boolean {
    if (!this.#isStarted) {
      target?.fill(this.#silence, 0, frameSamples)
      return false
    }
    this.#leastDepthInWindow = Math.min(this.#leastDepthInWindow, this.#depth)
    this.#framesInWindow++
    if (this.#framesInWindow >= windowFrames && this.#adapt() === 'wait') {
      target?.fill(this.#silence, 0, frameSamples)
      return true
    }
    this.#take(target)
    return true
  }

  /** Looks at a frame that is still to be popped, `ahead` frames behind the next. */
  peek(ahead: number, target: Uint8Array): void {
    for (let i = 0; i < frameSamples; i++) {
      const at = (this.#playTimestamp + ahead * frameSamples + i) % ringSamples
      target[i] = this.#ring[at] ?? this.#silence
    }
  }

  /** Forgets the stream: the next packet starts a new one. */
  clear(): void {
    this.#isStarted = false
    this.#depth = 0
    this.#ring.fill(this.#silence)
  }

  /** Looks back on a window. @returns `wait` when the next frame is to be silence that lets the buffer fill. */
  #adapt(): 'wait' | 'go on' {
    const isTooShallow = this.#lateInWindow >= lateThatDeepens && this.#depth < ringSamples / 2
    const isTooDeep = this.#leastDepthInWindow > this.#delaySamples + frameSamples + frameSamples / 2
    this.#framesInWindow = 0
    this.#lateInWindow = 0
    this.#leastDepthInWindow = ringSamples
    if (isTooDeep) this.#take(undefined)
    return isTooShallow ? 'wait' : 'go on'
  }

  #startAt(timestamp: number): void {
    this.clear()
    this.#isStarted = true
    this.#playTimestamp = (timestamp - this.#delaySamples) >>> 0
    this.#strays = 0
    this.#framesInWindow = 0
    this.#lateInWindow = 0
    this.#leastDepthInWindow = ringSamples
  }

  #countLate(): void {
    this.#late++
    this.#lateInWindow++
  }

  #lay(payload: Uint8Array, offset: number): void {
    const at = (this.#playTimestamp + offset) % ringSamples
    const untilEnd = ringSamples - at
    if (payload.length <= untilEnd) this.#ring.set(payload, at)
    else {
      this.#ring.set(payload.subarray(0, untilEnd), at)
      this.#ring.set(payload.subarray(untilEnd), 0)
    }
    this.#depth = Math.max(this.#depth, offset + payload.length)
  }

  #take(target: Uint8Array | undefined): void {
    const at = this.#playTimestamp % ringSamples
    const untilEnd = Math.min(frameSamples, ringSamples - at)
    target?.set(this.#ring.subarray(at, at + untilEnd), 0)
    this.#ring.fill(this.#silence, at, at + untilEnd)
    if (untilEnd < frameSamples) {
      target?.set(this.#ring.subarray(0, frameSamples - untilEnd), untilEnd)
      this.#ring.fill(this.#silence, 0, frameSamples - untilEnd)
    }
    this.#playTimestamp = (this.#playTimestamp + frameSamples) >>> 0
    this.#depth = Math.max(0, this.#depth - frameSamples)
  }
}
