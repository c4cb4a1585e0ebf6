import { sampleRateHz } from '../media/codec/g711.ts'
import { readWav, toMono } from '../media/codec/wav-reader.ts'
import type { RtpStatistics } from '../media/media.ts'
import { findSounds } from '../media/tone/find-sounds.ts'
import { findTones, type Tone } from '../media/tone/find-tones.ts'

/** The timing of what a phone heard, from the answer on: `heard.json`. Times are milliseconds from the recording's start. */
export interface HeardReport {
  durationMs: number
  /** From the answer to the first sound; the whole recording when there was none. */
  leadingSilenceMs: number
  silenceMs: number
  soundMs: number
  /** The whole recording, cut where silence begins and ends. A pause of less than 200 ms belongs to the sound around it. */
  stretches: HeardStretch[]
  /**
   * Steady frequencies; a dual tone is two of them over the same time. Within speech only those of 250 ms and more: the
   * shorter ones are vowels.
   */
  tones: Tone[]
  /** Packets that arrived, were lost, came late or from strangers. */
  rtp?: RtpStatistics
}

/** `tone`: steady frequencies fill most of it; `speech`: anything else that is heard. 0 dB is a full-scale sine. */
export type HeardStretch =
  | { kind: 'silence'; fromMs: number; toMs: number }
  | { kind: 'tone' | 'speech'; fromMs: number; toMs: number; levelDb: number }

/** Share of a stretch that tones must fill to give it their name; words have steady vowels too. */
const tonalShare = 0.6
const longestVowelMs = 250

/** Listens to a recording. @param wav 8 kHz, mono @throws {NotWav} */
export function heardReport(wav: Uint8Array, rtp?: RtpStatistics): HeardReport {
  const samples = toMono(readWav(wav))
  const durationMs = Math.round((samples.length / sampleRateHz) * 1000)
  const tones = findTones(samples)
  const stretches: HeardStretch[] = []
  let at = 0
  for (const { fromMs, toMs, levelDb } of findSounds(samples)) {
    if (fromMs > at) stretches.push({ kind: 'silence', fromMs: at, toMs: fromMs })
    const kind = covered(tones, fromMs, toMs) >= tonalShare * (toMs - fromMs) ? 'tone' : 'speech'
    stretches.push({ kind, fromMs, toMs, levelDb })
    at = toMs
  }
  if (durationMs > at) stretches.push({ kind: 'silence', fromMs: at, toMs: durationMs })
  const silenceMs = stretches.reduce((sum, one) => sum + (one.kind === 'silence' ? one.toMs - one.fromMs : 0), 0)
  const [first] = stretches
  return {
    durationMs,
    leadingSilenceMs: first?.kind === 'silence' ? first.toMs : 0,
    silenceMs,
    soundMs: durationMs - silenceMs,
    stretches,
    tones: tones.filter((tone) => tone.toMs - tone.fromMs >= longestVowelMs || isOutsideSpeech(tone, stretches)),
    ...(rtp && { rtp }),
  }
}

function isOutsideSpeech(tone: Tone, stretches: readonly HeardStretch[]): boolean {
  const middleMs = (tone.fromMs + tone.toMs) / 2
  return !stretches.some(({ kind, fromMs, toMs }) => kind === 'speech' && fromMs <= middleMs && middleMs < toMs)
}

/** Milliseconds between the two times in which at least one tone sounds. */
function covered(tones: readonly Tone[], fromMs: number, toMs: number): number {
  let sum = 0
  let until = fromMs
  for (const tone of tones) {
    const start = Math.max(until, tone.fromMs)
    const end = Math.min(toMs, tone.toMs)
    if (end <= start) continue
    sum += end - start
    until = end
  }
  return sum
}
