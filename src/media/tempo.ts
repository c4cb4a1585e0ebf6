import { sampleRateHz as phoneRateHz } from './codec/g711.ts'

/** Slowest and fastest `speed` that `stretch` takes. */
export const speedRange = { slowest: -500, fastest: 500 } as const

/**
 * How many times faster than recorded `speed` plays: 2^(speed / 500), so that equal steps sound like equal changes.
 * -500 is half the tempo, 0 as recorded, 500 double. Values beyond the range count as its ends.
 */
export function tempoFactor(speed: number): number {
  const inRange = Math.max(speedRange.slowest, Math.min(speedRange.fastest, speed))
  return 2 ** (inRange / speedRange.fastest)
}

/** Window, half of which overlaps its neighbour; long enough to hold two periods of a low voice. */
const windowMs = 40
/** How far a window may move to fit its predecessor's wave: one period of 100 Hz either way. */
const seekMs = 10

/**
 * Changes the tempo and keeps the pitch (WSOLA: windows are taken from the recording at the new tempo, each moved by
 * up to 10 ms to where it continues the wave of the one before, and cross-faded). The result is a new array of
 * `samples.length / tempoFactor(speed)` samples; speed 0 gives a copy. About 20 ms of work per 10 s of audio: not for
 * the 20 ms loop.
 *
 * @param samples mono
 * @param speed -500 … 500, see {@link tempoFactor}
 */
export function stretch(samples: Int16Array, speed: number, sampleRateHz: number = phoneRateHz): Int16Array {
  const factor = tempoFactor(speed)
  if (factor === 1 || samples.length === 0) return samples.slice()
  const hop = Math.round((sampleRateHz * windowMs) / 2000)
  const seek = Math.round((sampleRateHz * seekMs) / 1000)
  const output = new Int16Array(Math.round(samples.length / factor))
  const fade = risingFade(hop)

  // The first window is the recording's own beginning; `natural` is where its second half would go on.
  output.set(samples.subarray(0, Math.min(hop, output.length)))
  let natural = hop
  for (let at = hop; at < output.length; at += hop) {
    const start = bestContinuation(samples, Math.round(at * factor), natural, hop, seek)
    for (let i = 0; i < hop && at + i < output.length; i++) {
      const rising = fade[i] ?? 1
      const before = samples[natural + i] ?? 0
      const after = samples[start + i] ?? 0
      output[at + i] = Math.round(before * (1 - rising) + after * rising)
    }
    natural = start + hop
  }
  return output
}

/** Raised cosine from 0 to 1: the two halves of neighbouring windows add up to one. */
function risingFade(length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((Math.PI * (i + 0.5)) / length))
}

/** The start near `wanted` whose `length` samples resemble those at `natural` most (normalised cross-correlation). */
function bestContinuation(samples: Int16Array, wanted: number, natural: number, length: number, seek: number): number {
  const first = Math.max(0, wanted - seek)
  const last = Math.min(samples.length - length, wanted + seek)
  if (last <= first) return Math.max(0, Math.min(wanted, samples.length))
  let best = wanted
  let bestLikeness = Number.NEGATIVE_INFINITY
  for (let start = first; start <= last; start++) {
    let product = 0
    let energy = 1
    // Every second sample decides as well as all of them: the audio has no content near 4 kHz that would matter.
    for (let i = 0; i < length; i += 2) {
      const candidate = samples[start + i] ?? 0
      product += candidate * (samples[natural + i] ?? 0)
      energy += candidate * candidate
    }
    const likeness = product / Math.sqrt(energy)
    if (likeness > bestLikeness) {
      bestLikeness = likeness
      best = start
    }
  }
  return best
}
