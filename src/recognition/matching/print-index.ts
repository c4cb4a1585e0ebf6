import type { Announcement } from '../announcement.ts'
import { bitCount } from '../fingerprint/bit-count.ts'
import type { Fingerprint } from '../fingerprint/fingerprint.ts'
import { soundSecondsOf } from '../recording.ts'

/** A recording of the library, ready to be recognised. */
export interface KnownAnnouncement {
  readonly announcement: Announcement
  readonly print: Fingerprint
}

/** A recording in the index. */
export interface IndexedAnnouncement extends KnownAnnouncement {
  /** Seconds of it that sound. */
  readonly soundSeconds: number
}

/** A place in a recording that a frame of a stream resembles. */
export interface Seed {
  readonly known: IndexedAnnouncement
  readonly frame: number
}

/** Only frames with so many reliable bits are worth looking for. */
const seedBits = 10
/** At most this part of the reliable bits may differ, in a frame alone and together with the one before it. */
const seedDifference = 0.26

/** Every recording of the library, to be searched frame by frame. Never changed: a changed library is a new index. */
export class PrintIndex {
  readonly recordings: readonly IndexedAnnouncement[]

  constructor(known: readonly KnownAnnouncement[]) {
    this.recordings = known.map((one) => ({ ...one, soundSeconds: soundSecondsOf(one.print) }))
  }

  /**
   * Calls `found` for every place that resembles two frames of a stream.
   *
   * @param back how many frames of a recording lie between the two
   */
  seeds(bits: number, bitsBefore: number, back: number, found: (seed: Seed) => void): void {
    for (const known of this.recordings) {
      const { bits: wanted, masks, weights } = known.print
      for (let frame = back; frame < weights.length; frame++) {
        const weight = weights[frame] ?? 0
        if (weight < seedBits) continue
        const differ = bitCount((bits ^ (wanted[frame] ?? 0)) & (masks[frame] ?? 0))
        if (differ > weight * seedDifference) continue
        const before = frame - back
        const differBefore = bitCount((bitsBefore ^ (wanted[before] ?? 0)) & (masks[before] ?? 0))
        if (differ + differBefore <= (weight + (weights[before] ?? 0)) * seedDifference) found({ known, frame })
      }
    }
  }
}
