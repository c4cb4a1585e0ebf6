import type { IndexedAnnouncement } from './print-index.ts'
import type { Resemblance } from './trace-back.ts'

/**
 * How much of a recording must have been heard: a part of it, but not less than what announcements that mean different
 * things often share (a greeting, "the number you have dialled"), and not more than five seconds.
 */
const neededShare = 0.7
const leastSeconds = 2.2
const mostSeconds = 5
/** Of the bits that noise should not turn, so many must agree. Chance is a half. */
const leastAgreement = 0.72
/** Evidence a second of the sound that is needed, in bits' worth: a good line gives 300, other speech under 50. */
const evidencePerSecond = 110
/** Evidence by which it must be ahead of recordings that mean something else: half a second to a second of its own. */
const leastLead = 160

/** Of a recording that is shorter than that, nearly everything. */
const shortShare = 0.9

/** How much sound of a recording decides, seconds. */
export function neededSeconds(soundSeconds: number): number {
  const least = Math.min(leastSeconds, soundSeconds * shortShare)
  return Math.min(mostSeconds, Math.max(least, soundSeconds * neededShare))
}

/**
 * Whether what was heard is that recording.
 *
 * @param rival evidence for the likeliest recording that means something else
 * @returns 0 to 1, or `undefined`: it is not certain (yet)
 */
export function confidenceIn(known: IndexedAnnouncement, found: Resemblance, rival: number): number | undefined {
  const needed = neededSeconds(known.soundSeconds)
  if (found.seconds < needed || found.agreement < leastAgreement) return undefined
  if (found.evidence < needed * evidencePerSecond || found.evidence - rival < leastLead) return undefined
  return Math.min(1, found.agreement)
}
