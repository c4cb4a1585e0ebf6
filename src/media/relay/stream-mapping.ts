import type { StreamPlace } from '../rtp/rtp-sender.ts'

/** Where a packet was in the stream that brought it (RFC 3550 §5.1). */
export interface SourcePlace {
  ssrc: number
  sequence: number
  timestamp: number
  marker: boolean
}

/** Where our own stream goes on: the number and the stamp of a packet sent at this moment. */
export interface StreamEnd {
  sequence: number
  timestamp: number
}

/** A timestamp that is further from its arrival than this belongs to another time line: two seconds of 1/8000 s. */
const leapSamples = 16_000
/** RFC 3550 §A.1: so far ahead a number is a new start of the source; so far behind it is of no use to anybody. */
const mostAhead = 3000
const mostBehind = 100

/**
 * Puts the packets of another stream in their place in ours. Within a stretch both differ by constants: what was lost
 * on the way here stays missing, what came out of order stays so, and audio keeps its spacing. A stretch begins where our
 * stream is: with the first packet, after something of our own was sent (`interrupt`), and when the source changes its
 * SSRC or leaps in number or time. So our far end hears one source that never starts anew.
 */
export class StreamMapping {
  #isInStretch = false
  #ssrc = 0
  #sequenceOffset = 0
  #timestampOffset = 0
  /** The number, in our stream, that the stretch cannot go behind: what lies there was used before. */
  #floor = 0

  /** Our stream goes on without the source: its next packet begins a stretch. */
  interrupt(): void {
    this.#isInStretch = false
  }

  /**
   * Where a packet belongs.
   *
   * @param end of our stream, at the packet's arrival
   * @param stampsNow whether its timestamp tells its own time; that of a telephone event tells when the key went down
   * @returns undefined for a packet from before the stretch, whose number is taken
   */
  place(source: SourcePlace, end: StreamEnd, stampsNow = true): StreamPlace | undefined {
    const isStart = !this.#isInStretch || source.ssrc !== this.#ssrc || this.#leaps(source, end, stampsNow)
    if (isStart) {
      this.#isInStretch = true
      this.#ssrc = source.ssrc
      this.#sequenceOffset = end.sequence - source.sequence
      this.#timestampOffset = end.timestamp - source.timestamp
      this.#floor = end.sequence
    }
    const sequence = (source.sequence + this.#sequenceOffset) & 0xffff
    if (((sequence - this.#floor) & 0xffff) >= 0x8000) return undefined
    this.#raiseFloor(sequence)
    return { sequence, timestamp: (source.timestamp + this.#timestampOffset) >>> 0, isStart: isStart || source.marker }
  }

  /** Leaves a packet of the source out: what follows it moves up, so that nobody takes it for lost. */
  leaveOut(source: SourcePlace, end: StreamEnd): void {
    if (!this.#isInStretch || source.ssrc !== this.#ssrc) return
    const sequence = (source.sequence + this.#sequenceOffset) & 0xffff
    if (((sequence - end.sequence) & 0xffff) >= 0x8000) return
    this.#sequenceOffset--
    // What is still on its way from before it would get a number that is taken.
    this.#floor = sequence
  }

  #leaps(source: SourcePlace, end: StreamEnd, stampsNow: boolean): boolean {
    const ahead = ((source.sequence + this.#sequenceOffset - end.sequence) << 16) >> 16
    if (ahead > mostAhead || ahead < -mostBehind) return true
    const earlySamples = (source.timestamp + this.#timestampOffset - end.timestamp) | 0
    return stampsNow && Math.abs(earlySamples) > leapSamples
  }

  /** Numbers wrap: the floor follows at a distance, so that the half circle above it is always what is to come. */
  #raiseFloor(sequence: number): void {
    const above = (sequence - this.#floor) & 0xffff
    if (above > mostAhead + mostBehind) this.#floor = (sequence - mostAhead) & 0xffff
  }
}
