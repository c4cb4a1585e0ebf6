import { bitCount } from '../../src/recognition/fingerprint/bit-count.ts'
import { type KnownAnnouncement, PrintIndex } from '../../src/recognition/matching/print-index.ts'

const allBits = 0xffffff

/** The same recordings without knowing which of their bits noise turns: where there is sound, all of them count. */
export function plainIndex(known: readonly KnownAnnouncement[]): PrintIndex {
  return new PrintIndex(
    known.map(({ announcement, print }) => ({
      announcement,
      print: {
        bits: print.bits,
        masks: print.masks.map((mask) => (mask === 0 ? 0 : allBits)),
        weights: print.weights.map((weight) => (weight === 0 ? 0 : bitCount(allBits))),
      },
    })),
  )
}
