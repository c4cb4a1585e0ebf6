import type { Clock, Timer } from '../../lib/clock.ts'
import { frameMs } from '../rtp/rtp-sender.ts'
import { LatenessGauge } from './lateness.ts'

/**
 * Streams are spread over so many moments of the frame: 5 ms apart, what timers can keep and what the loop's own work
 * fits into (250 packets a moment at 1,000 streams). Every moment wakes the process, which costs as much as some ten
 * packets.
 */
const phases = 4
const phaseMs = frameMs / phases
/** A timer counts whole milliseconds, from one it may have begun before: one that fires early is not worth another. */
const earlyMs = 1
/** Up to this late, frames are made up for: the far end's buffer covers it. Beyond, they are skipped. */
const catchUpMs = 60

/** What the frame clock drives. */
export interface FrameMember {
  /**
   * A frame is due.
   *
   * @param frames how many passed since the last tick or rest: 1, or more when the process could not run and the frames
   *   before the last are to be skipped
   * @param nowMs monotonic
   * @returns how many frames it is not to be told of now, because it has nothing to do in them; 0: the next one
   */
  tick(frames: number, nowMs: number): number
}

/** A member's place. */
export interface Seat {
  /** Ends a rest: the next frame is told. */
  rouse(): void
  /** Takes the member out; doing so twice is harmless. */
  leave(): void
}

interface Place {
  readonly member: FrameMember
  /** Frames that are not told. */
  rest: number
}

interface Phase {
  readonly places: Set<Place>
  /** `#skipped` at the phase's last tick. */
  skippedAtLastTick: number
}

/**
 * The one 20 ms clock of a process. Deadlines are computed from the start, not from each other, so nothing drifts; one
 * timer aims at the next of them. When the process falls behind, up to 60 ms are made up for and more is skipped.
 * Without members there is no timer.
 */
export class FrameClock {
  readonly #clock: Clock
  readonly #afterInput: (task: () => void) => void
  readonly #phases: readonly Phase[]
  readonly #lateness = new LatenessGauge()
  #timer: Timer | undefined
  /** Changes with every start and stop: what was set up before is void. */
  #run = 0
  #startMs = 0
  /** Phases that are over since the start. */
  #step = 0
  /** Frames that everybody skipped since the start. */
  #skipped = 0
  #size = 0

  /**
   * @param afterInput runs a task once the process has looked at its sockets and channels. Timers that are due at once do
   *   not see to that: Node runs them one after the other, so a loop that is always behind would hear nothing, not even
   *   that it is to end.
   */
  constructor(clock: Clock, afterInput: (task: () => void) => void = setImmediate) {
    this.#clock = clock
    this.#afterInput = afterInput
    this.#phases = Array.from({ length: phases }, () => ({ places: new Set<Place>(), skippedAtLastTick: 0 }))
  }

  /** How many members there are. */
  get size(): number {
    return this.#size
  }

  /** The worst lateness of a frame in the last ten seconds, milliseconds. */
  get worstLatenessMs(): number {
    return this.#lateness.worstMs(this.#clock.monotonicMs())
  }

  /** Drives a member from now on, in the emptiest phase. */
  add(member: FrameMember): Seat {
    const phase = this.#phases.reduce((best, one) => (one.places.size < best.places.size ? one : best))
    const place: Place = { member, rest: 0 }
    phase.places.add(place)
    this.#size++
    if (this.#size === 1) this.#start()
    return {
      rouse: () => {
        place.rest = 0
      },
      leave: () => {
        if (!phase.places.delete(place)) return
        this.#size--
        if (this.#size === 0) this.#stop()
      },
    }
  }

  #start(): void {
    this.#run++
    this.#startMs = this.#clock.monotonicMs()
    this.#step = 0
    this.#skipped = 0
    for (const phase of this.#phases) phase.skippedAtLastTick = 0
    this.#arm(this.#startMs)
  }

  #stop(): void {
    this.#run++
    this.#timer?.cancel()
  }

  #arm(nowMs: number): void {
    const delayMs = this.#startMs + this.#step * phaseMs - nowMs
    this.#timer = this.#clock.after(Math.max(0, Math.ceil(delayMs)), this.#wake)
  }

  readonly #wake = (): void => {
    const run = this.#run
    const nowMs = this.#clock.monotonicMs()
    const behindMs = nowMs - this.#startMs - this.#step * phaseMs
    this.#lateness.note(Math.max(0, behindMs), nowMs)
    if (behindMs > catchUpMs) this.#skip(Math.floor(behindMs / frameMs))
    // Only what is due at this moment: what falls due meanwhile has its turn after the process looked at its input.
    while (this.#startMs + this.#step * phaseMs <= nowMs + earlyMs && this.#run === run) {
      this.#runPhase(nowMs)
      this.#step++
    }
    if (this.#run === run) this.#sleep()
  }

  #sleep(): void {
    const run = this.#run
    const nowMs = this.#clock.monotonicMs()
    if (this.#startMs + this.#step * phaseMs - nowMs > earlyMs) this.#arm(nowMs)
    else {
      this.#afterInput(() => {
        if (this.#run === run) this.#arm(this.#clock.monotonicMs())
      })
    }
  }

  #skip(frames: number): void {
    this.#step += frames * phases
    this.#skipped += frames
  }

  #runPhase(nowMs: number): void {
    const phase = this.#phases[this.#step % phases]
    if (phase === undefined) return
    const frames = 1 + this.#skipped - phase.skippedAtLastTick
    phase.skippedAtLastTick = this.#skipped
    for (const place of phase.places) {
      if (place.rest > 0) place.rest--
      else place.rest = place.member.tick(frames, nowMs)
    }
  }
}
