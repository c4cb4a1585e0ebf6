import { joinSamples } from '../src/media/tone/join-samples.ts'
import { randomNumbers } from './random-numbers.ts'

const rateHz = 8000

/** A speaker's pitch, hertz, and the seed of his words. */
export interface Babbler {
  readonly seed: number
  readonly pitchHz?: number
}

/**
 * Something like speech, 8 kHz: syllables of a third of a second with a pitch that glides, three formants that move and
 * a hiss between them; a pause after every seventh. The same seed says the same.
 *
 * @param syllables how many
 */
export function babble({ seed, pitchHz = 120 }: Babbler, syllables: number): Int16Array {
  const random = randomNumbers(seed * 7919 + 13)
  const parts = Array.from({ length: syllables }, (_, i) => [
    syllable(random, pitchHz),
    new Int16Array(i % 7 === 6 ? 1600 : 240),
  ]).flat()
  return joinSamples(parts)
}

function syllable(random: () => number, pitchHz: number): Int16Array {
  const between = (low: number, high: number) => low + (high - low) * random()
  const samples = Math.round(between(0.16, 0.28) * rateHz)
  const hissSamples = Math.round(between(0.02, 0.08) * rateHz)
  const from = [between(300, 800), between(900, 2000), between(2100, 3000)]
  const to = [between(300, 800), between(900, 2000), between(2100, 3000)]
  const pitchFrom = pitchHz * between(0.8, 1.3)
  const pitchTo = pitchHz * between(0.8, 1.3)
  let phase = 0
  return Int16Array.from({ length: hissSamples + samples }, (_, i) => {
    if (i < hissSamples) return Math.round(1500 * (random() * 2 - 1))
    const part = (i - hissSamples) / samples
    const pitch = pitchFrom + (pitchTo - pitchFrom) * part
    phase += (2 * Math.PI * pitch) / rateHz
    let sum = 0
    for (let harmonic = 1; harmonic * pitch < 3500; harmonic++) {
      const gain = from.reduce((total, start, formant) => {
        const centre = start + ((to[formant] ?? start) - start) * part
        return total + 1 / (1 + ((harmonic * pitch - centre) / 90) ** 2) / (formant + 1)
      }, 0)
      sum += gain * Math.sin(harmonic * phase)
    }
    return Math.round(9000 * Math.sin(Math.PI * part) ** 0.5 * Math.tanh(sum / 2))
  })
}
