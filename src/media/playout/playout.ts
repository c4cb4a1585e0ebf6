import { type FrameSource, frameSamples } from '../rtp/rtp-sender.ts'

/** What is played: encoded stretches one after the other, the whole list several times. */
export interface PlayoutPlan {
  /** One octet a sample, 8 kHz. */
  segments: readonly Uint8Array[]
  /** Rounds, at least 1. */
  times: number
  /** Silence between two rounds, milliseconds. */
  gapMs: number
}

/**
 * Cuts a plan into frames of 20 ms, without a gap between its segments: a frame may hold the end of one and the
 * beginning of the next. What the last frame has left is silence.
 */
export class Playout implements FrameSource {
  #segments: readonly Uint8Array[]
  #silence: number
  readonly #times: number
  readonly #gapSamples: number
  #round = 0
  #segment = 0
  /** Next sample of the segment; in the gap, samples of it that were played. */
  #at = 0
  #isComplete: boolean

  constructor(plan: PlayoutPlan, silence: number) {
    this.#segments = withSound(plan.segments)
    this.#silence = silence
    this.#times = Math.max(1, plan.times)
    this.#gapSamples = Math.round(plan.gapMs * 8)
    this.#isComplete = this.#segments.length === 0
  }

  /** Whether the last sample is in a frame that was filled. */
  get isComplete(): boolean {
    return this.#isComplete
  }

  /** The same audio in another codec: goes on at the same sample. */
  recode(segments: readonly Uint8Array[], silence: number): void {
    this.#segments = withSound(segments)
    this.#silence = silence
  }

  fillFrame(packet: Uint8Array, offset: number): void {
    let filled = 0
    while (filled < frameSamples && !this.#isComplete) {
      const segment = this.#segments[this.#segment]
      if (segment === undefined) filled += this.#fillGap(packet, offset + filled, frameSamples - filled)
      else {
        const length = Math.min(segment.length - this.#at, frameSamples - filled)
        // Byte by byte: a view for so few would cost more than the copy.
        for (let i = 0; i < length; i++) packet[offset + filled + i] = segment[this.#at + i] ?? this.#silence
        filled += length
        this.#at += length
        if (this.#at >= segment.length) this.#nextSegment()
      }
    }
    packet.fill(this.#silence, offset + filled, offset + frameSamples)
  }

  #nextSegment(): void {
    this.#segment++
    this.#at = 0
    if (this.#segment >= this.#segments.length && this.#round + 1 >= this.#times) this.#isComplete = true
  }

  /** Behind the last segment: the gap, and then the first segment again. */
  #fillGap(packet: Uint8Array, offset: number, room: number): number {
    const length = Math.min(this.#gapSamples - this.#at, room)
    packet.fill(this.#silence, offset, offset + length)
    this.#at += length
    if (this.#at >= this.#gapSamples) {
      this.#round++
      this.#segment = 0
      this.#at = 0
    }
    return length
  }
}

/** Behind the last sample nothing may be left to come, not even nothing. */
function withSound(segments: readonly Uint8Array[]): readonly Uint8Array[] {
  return segments.filter((segment) => segment.length > 0)
}
