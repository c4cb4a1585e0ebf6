import { bitCount } from '../fingerprint/bit-count.ts'
import { type Fingerprint, frameSeconds, framesPerStreamFrame } from '../fingerprint/fingerprint.ts'
import { holeBit } from '../fingerprint/stream-prints.ts'
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
/** Around a hole the windows hear both sides of it: up to so many frames of the stream resemble nothing. */
const mostBlurredFrames = 7
/** A hole lasts up to so many frames of the stream, a third of a second; and there may be so many of them. */
const mostHoleFrames = 10
const mostHoles = 3
const nowhere: Walk = { evidence: 0, frames: 0, agree: 0, differ: 0, end: { back: 0, frame: 0 } }

/** The last frames of a stream: `bits` of them from newest to oldest, `undefined` where it was silent. */
export interface RecentFrames {
  readonly length: number
  at(back: number): number | undefined
}

/**
 * Walks back in time along a recording from the frame that is heard now, and finds where the resemblance began. A
 * stream that joined in the middle, or had something else before, is as good as a whole one; where late packets made a
 * hole in it, the walk goes on behind the hole.
 */
export function traceBack(recent: RecentFrames, print: Fingerprint, frame: number): Resemblance {
  let best = walk(recent, print, { back: 0, frame }, framesPerStreamFrame)
  if (best.evidence < glanceEvidence) return resemblanceOf([best])
  let step = framesPerStreamFrame
  for (const slope of slopes) {
    const found = walk(recent, print, { back: 0, frame }, framesPerStreamFrame * (1 + slope))
    if (found.evidence <= best.evidence) continue
    best = found
    step = framesPerStreamFrame * (1 + slope)
  }
  const walks = [best]
  for (let holes = 0; holes < mostHoles; holes++) {
    const next = walkBehindHole(recent, print, best.end, step)
    if (next.evidence < glanceEvidence) break
    walks.push(next)
    best = next
  }
  return resemblanceOf(walks)
}

/** A frame of the stream, counted back from the newest, and the frame of the recording that it resembles. */
interface Place {
  readonly back: number
  readonly frame: number
}

/** What one walk found, and the place where its evidence was best. */
interface Walk {
  readonly evidence: number
  readonly frames: number
  readonly agree: number
  readonly differ: number
  readonly end: Place
}

function resemblanceOf(walks: readonly Walk[]): Resemblance {
  const sum = (of: (one: Walk) => number) => walks.reduce((total, one) => total + of(one), 0)
  const agree = sum((one) => one.agree)
  const bits = agree + sum((one) => one.differ)
  return {
    evidence: sum((one) => one.evidence),
    seconds: sum((one) => one.frames) * framesPerStreamFrame * frameSeconds,
    agreement: bits === 0 ? 0.5 : agree / bits,
  }
}

/**
 * Goes on where packets that came late left silence in the stream: it took longer than the recording, of which nothing
 * is missing. Another word in the place of one is missing in both, and is no hole.
 */
function walkBehindHole(recent: RecentFrames, print: Fingerprint, { back, frame }: Place, step: number): Walk {
  let best = nowhere
  if (!isHole(recent, back)) return best
  for (let blurred = 1; blurred <= mostBlurredFrames; blurred++) {
    for (let hole = 1; hole <= mostHoleFrames; hole++) {
      const from = { back: back + blurred + hole, frame: Math.round(frame - blurred * step) }
      if (from.back >= recent.length || from.frame < 0) break
      const found = walk(recent, print, from, step)
      if (found.evidence > best.evidence) best = found
    }
  }
  return best
}

/** Whether packets are missing in the frames before that one. */
function isHole(recent: RecentFrames, back: number): boolean {
  const last = Math.min(recent.length, back + mostBlurredFrames)
  for (let at = back; at < last; at++) if (((recent.at(at) ?? 0) & holeBit) !== 0) return true
  return false
}

/** @param step frames of the recording for one of the stream */
function walk(recent: RecentFrames, print: Fingerprint, from: Place, step: number): Walk {
  const { bits, masks, weights } = print
  stretch.clear()
  let evidence = 0
  let [agree, differ, frames] = [0, 0, 0]
  let best = 0
  let [bestAgree, bestDiffer, bestFrames, bestBack] = [0, 0, 0, from.back]
  for (let back = from.back; back < recent.length; back++) {
    const frame = Math.round(from.frame - (back - from.back) * step)
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
      bestAgree = agree
      bestDiffer = differ
      bestFrames = frames
      bestBack = back
    } else if (evidence < best - givenUpAt) break
  }
  const end = { back: bestBack, frame: Math.round(from.frame - (bestBack - from.back) * step) }
  return { evidence: best, frames: bestFrames, agree: bestAgree, differ: bestDiffer, end }
}
