/** Zero crossings of the sinc on either side: steep enough that what would fold back is 70 dB down. */
const zeroCrossings = 24
/** Kaiser window parameter for a stop band about 70 dB down. */
const kaiserBeta = 7
/** The pass band ends a little below half the lower rate, so that the filter's slope ends near it. */
const passBandShare = 0.94

/**
 * Converts mono audio from one sample rate to another with a windowed-sinc low-pass at the lower of both half rates:
 * nothing folds back into the audible band. Length is `samples.length · toHz / fromHz`, rounded; equal rates give a
 * copy. Samples outside the recording count as silence.
 *
 * @param fromHz rate of `samples`, above 0
 * @param toHz rate of the result, above 0
 * @throws {RangeError} when a rate is not a positive number
 */
export function resample(samples: Int16Array, fromHz: number, toHz: number): Int16Array {
  if (!(fromHz > 0 && toHz > 0)) throw new RangeError(`cannot resample from ${fromHz} Hz to ${toHz} Hz`)
  if (fromHz === toHz) return samples.slice()
  const divisor = greatestCommonDivisor(Math.round(fromHz), Math.round(toHz))
  const up = Math.round(toHz) / divisor
  const down = Math.round(fromHz) / divisor
  const phases = filterPhases(up, down)
  const output = new Int16Array(Math.round((samples.length * up) / down))
  for (let i = 0; i < output.length; i++) {
    const position = i * down
    const centre = Math.floor(position / up)
    const taps = phases(position % up)
    const reach = (taps.length - 1) >> 1
    let sum = 0
    for (let tap = 0; tap < taps.length; tap++) sum += (taps[tap] ?? 0) * (samples[centre + tap - reach] ?? 0)
    output[i] = Math.max(-32768, Math.min(32767, Math.round(sum)))
  }
  return output
}

/** The filter as seen from an output sample that lies `phase / up` behind an input sample; computed once per phase. */
function filterPhases(up: number, down: number): (phase: number) => Float64Array {
  const cutoff = Math.min(1, up / down) * passBandShare
  const reach = Math.ceil(zeroCrossings / cutoff)
  const known = new Map<number, Float64Array>()
  return (phase) => {
    const found = known.get(phase)
    if (found !== undefined) return found
    const taps = Float64Array.from({ length: 2 * reach + 1 }, (_, tap) => {
      const distance = tap - reach - phase / up
      return cutoff * sinc(cutoff * distance) * kaiser(distance / (reach + 1))
    })
    // Every phase passes a constant unchanged: without this the phases differ by a faint hum at their own rate.
    const gain = taps.reduce((sum, tap) => sum + tap, 0)
    for (let tap = 0; tap < taps.length; tap++) taps[tap] = (taps[tap] ?? 0) / gain
    known.set(phase, taps)
    return taps
  }
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}

/** Kaiser window at `x` in -1 … 1. */
function kaiser(x: number): number {
  return x * x >= 1 ? 0 : besselI0(kaiserBeta * Math.sqrt(1 - x * x)) / besselI0(kaiserBeta)
}

/** Modified Bessel function of the first kind, order zero, by its power series. */
function besselI0(x: number): number {
  let sum = 1
  let term = 1
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
