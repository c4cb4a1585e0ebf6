import { sampleRateHz as phoneRateHz } from '../codec/g711.ts'
import { dbOfPower, meanSquare, powerOfDb } from './level.ts'
import { Spectrum } from './spectrum.ts'

/** A steady tone in a recording. A dual tone (a key, a dial tone) is two of them over the same time. */
export interface Tone {
  frequencyHz: number
  fromMs: number
  toMs: number
  /** 0 is a full-scale sine. */
  levelDb: number
}

export interface FindTonesOptions {
  sampleRateHz?: number
  /** Tones shorter than this are not reported; 60 ms unless told. */
  shortestMs?: number
  /** Sounds below this are silence; -50 dB unless told. */
  floorDb?: number
}

/** Samples per window: 15.6 Hz a bin at 8 kHz, 64 ms, long enough to part the tones of a key. */
const windowSamples = 512
/** A window is tonal when its few strongest lines carry this much of its power. Speech spreads over many. */
const tonalShare = 0.75
/** At most this many lines at once are tones. */
const mostLines = 3
/** Lines of less than this share of the strongest (15 dB below) are its side effects. */
const weakestLineShare = 0.03
/** The same tone in neighbouring windows may differ by this much. */
const sameToneHz = 12

/**
 * Which frequencies are heard when: for tests, and for what a virtual phone says it heard. Works at 8 kHz and rates
 * near it; edges are right to about 15 ms.
 */
export function findTones(samples: Int16Array, options: FindTonesOptions = {}): Tone[] {
  const rate = options.sampleRateHz ?? phoneRateHz
  const shortestMs = options.shortestMs ?? 60
  const floor = powerOfDb(options.floorDb ?? -50)
  const hop = windowSamples / 8
  const spectrum = new Spectrum(windowSamples, rate)
  const open: OpenTone[] = []
  const tones: OpenTone[] = []
  const middleMs = (start: number) => ((start + windowSamples / 2) / rate) * 1000

  for (let start = -windowSamples / 2; start < samples.length - windowSamples / 2; start += hop) {
    const at = middleMs(start)
    const lines = tonalLines(samples, start, spectrum, floor)
    for (const line of lines) {
      const known = open.find((tone) => tone.lastMs < at && Math.abs(tone.frequencyHz - line.frequencyHz) < sameToneHz)
      if (known === undefined) open.push({ frequencyHz: line.frequencyHz, fromMs: at, lastMs: at, power: line.power })
      else continueTone(known, line, at)
    }
    for (let i = open.length - 1; i >= 0; i--) {
      const tone = open[i]
      // One window may miss a tone (a lost packet, a click); two in a row end it.
      if (tone !== undefined && at - tone.lastMs > ((2.5 * hop) / rate) * 1000) tones.push(...open.splice(i, 1))
    }
  }
  tones.push(...open)
  return tones
    .map((tone) => finish(tone, (hop / rate) * 1000))
    .filter((tone) => tone.toMs - tone.fromMs >= shortestMs)
    .sort((a, b) => a.fromMs - b.fromMs || a.frequencyHz - b.frequencyHz)
}

interface OpenTone {
  frequencyHz: number
  fromMs: number
  lastMs: number
  /** The strongest window's: the ones at the edges are only partly filled. */
  power: number
}

function tonalLines(samples: Int16Array, start: number, spectrum: Spectrum, floor: number) {
  const from = Math.max(0, start)
  const length = Math.min(samples.length, start + windowSamples) - from
  // Only where the window's middle sounds: its Hann weight hides the sides, so the edges come out where they are.
  const middle = meanSquare(samples, Math.max(0, start + windowSamples * 0.375), windowSamples * 0.25)
  if (length <= 0 || middle < floor / 2) return []
  const lines = spectrum.peaks(samples, start, weakestLineShare)
  const all = lines.reduce((sum, line) => sum + line.power, 0)
  const few = lines.slice(0, mostLines)
  const carried = few.reduce((sum, line) => sum + line.power, 0)
  return carried >= all * tonalShare && (few[0]?.power ?? 0) >= floor / 8 ? few : []
}

function continueTone(tone: OpenTone, line: { frequencyHz: number; power: number }, at: number): void {
  tone.lastMs = at
  if (line.power <= tone.power) return
  tone.power = line.power
  tone.frequencyHz = line.frequencyHz
}

function finish(tone: OpenTone, hopMs: number): Tone {
  return {
    frequencyHz: Math.round(tone.frequencyHz * 10) / 10,
    fromMs: Math.max(0, Math.round(tone.fromMs - hopMs / 2)),
    toMs: Math.round(tone.lastMs + hopMs / 2),
    levelDb: Math.round(dbOfPower(tone.power) * 10) / 10,
  }
}
