import { bitCount } from '../fingerprint/bit-count.ts'
import { type Fingerprint, frameSeconds, framesPerStreamFrame } from '../fingerprint/fingerprint.ts'
import { AgreementWindow } from './agreement-window.ts'

/** How well what was heard last fits a recording. */
export interface Resemblance {
  /** Evidence in bits' worth: reliable bits that agree, less a multiple of those that differ. */
  readonly evidence: number
  /** Seconds of the recording, silence left out, from where the evidence began. */
  readonly seconds: number
  /** Part of the reliable bits that agree, 0.5 to 1. */
  readonly agreement: number
}

/** What one differing bit takes away: with this, chance (half of the bits differ) always loses. */
const differenceCost = 2
/** Evidence is given up once it fell this far below its best: what lies before is something else. */
const givenUpAt = 50
/** Most seeds are chance: a first glance must find this much evidence to be followed. */
const glanceEvidence = 40
/** Clocks differ by up to 1 %; over five seconds a line of the right slope stays within a frame. */
const slopes = [-0.004, 0.004, -0.008, 0.008]
/** Working memory of a walk. */
const stretch = new AgreementWindow()
const none: Resemblance = { evidence: 0, seconds: 0, agreement: 0.5 }

/** The last frames of a stream: `bits` of them from newest to oldest, `undefined` where it was silent. */
export interface RecentFrames {
  readonly length: number
  at(back: number): number | undefined
}

/**
 * Walks back in time along a recording from the frame that is heard now, and finds where the resemblance began. A
 * stream that joined in the middle, or had something else before, is as good as a whole one.
 */
export function traceBack(recent: RecentFrames, print: Fingerprint, frame: number): Resemblance {
  let best = traceAlong(recent, print, frame, framesPerStreamFrame)
  if (best.evidence < glanceEvidence) return best
  for (const slope of slopes) {
    const found = traceAlong(recent, print, frame, framesPerStreamFrame * (1 + slope))
    if (found.evidence > best.evidence) best = found
  }
  return best
}

/** @param step frames of the recording for one of the stream */
function traceAlong(recent: RecentFrames, print: Fingerprint, from: number, step: number): Resemblance {
  const { bits, masks, weights } = print
  stretch.clear()
  let evidence = 0
  let agree = 0
  let differ = 0
  let frames = 0
  let best = 0
  let bestFrames = 0
  let bestAgreement = none.agreement
  for (let back = 0; back < recent.length; back++) {
    const frame = Math.round(from - back * step)
    if (frame < 0) break
    const weight = weights[frame] ?? 0
    if (weight === 0) continue
    const heard = recent.at(back)
    const wrong = heard === undefined ? weight / 2 : bitCount((heard ^ (bits[frame] ?? 0)) & (masks[frame] ?? 0))
    agree += weight - wrong
    differ += wrong
    if (!stretch.take(weight, wrong)) break
    frames++
    evidence += weight - wrong * (1 + differenceCost)
    if (evidence > best) {
      best = evidence
      bestFrames = frames
      bestAgreement = agree / (agree + differ)
    } else if (evidence < best - givenUpAt) break
  }
  return { evidence: best, seconds: bestFrames * framesPerStreamFrame * frameSeconds, agreement: bestAgreement }
}
