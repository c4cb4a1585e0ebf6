import { meanSquare, powerOfDb } from '../tone/level.ts'
import { keyTones } from './keys.ts'

/** Quieter than this is nobody's key: a little below the least level of ITU-T Q.24, -29 dBm a tone. */
const floor = powerOfDb(-38)
/** The two tones carry this share of everything heard; speech that resembles a key has its harmonics besides. */
const shareOfAll = 0.75
/** High against low tone, as powers: ITU-T Q.24 asks for 4 dB at least one way and 8 dB the other. */
const mostTwist = 10 ** 0.8
/** A tone stands out of its group by 6 dB. */
const standsOut = 4
const rateHz = 8000

const lowTones = tonesOf([697, 770, 852, 941])
const highTones = tonesOf([1209, 1336, 1477, 1633])
const keyOfTones = new Map(Object.entries(keyTones).map(([key, [low, high]]) => [`${low} ${high}`, key]))

/** One tone of a key in one window. */
export interface HeardTone {
  readonly hz: number
  /** Amplitude squared, in squared sample units. */
  readonly power: number
  /** At the first sample of the window, radians. */
  readonly phase: number
}

/** What one window says. */
export interface HeardKey {
  readonly key: string
  readonly low: HeardTone
  readonly high: HeardTone
}

/** The key whose two tones, and nothing else, are heard in a window. @returns undefined for everything else */
export function keyTonesIn(window: Int16Array): HeardKey | undefined {
  const all = meanSquare(window, 0, window.length)
  if (all < floor) return undefined
  const low = strongest(window, lowTones)
  const high = low && strongest(window, highTones)
  if (low === undefined || high === undefined) return undefined
  if (low.power > high.power * mostTwist || high.power > low.power * mostTwist) return undefined
  // A tone's mean square is half its amplitude squared.
  if ((low.power + high.power) / 2 < all * shareOfAll) return undefined
  const key = keyOfTones.get(`${low.hz} ${high.hz}`)
  return key === undefined ? undefined : { key, low, high }
}

/** How far a tone lies from its nominal frequency, hertz, as its phase tells that moved on from one window to another. */
export function offNominalHz(before: HeardTone, after: HeardTone, samplesBetween: number): number {
  const turn = 2 * Math.PI
  const expected = (turn * before.hz * samplesBetween) / rateHz
  const ahead = after.phase - before.phase - expected
  return ((ahead - turn * Math.round(ahead / turn)) * rateHz) / (turn * samplesBetween)
}

/** A frequency with what Goertzel's algorithm needs of it. */
interface Tone {
  readonly hz: number
  readonly cosine: number
  readonly sine: number
}

function tonesOf(frequenciesHz: readonly number[]): Tone[] {
  return frequenciesHz.map((hz) => {
    const angle = (2 * Math.PI * hz) / rateHz
    return { hz, cosine: Math.cos(angle), sine: Math.sin(angle) }
  })
}

/** The strongest tone of a group, when it stands out from the others. */
function strongest(window: Int16Array, group: readonly Tone[]): HeardTone | undefined {
  let best: HeardTone | undefined
  let second = 0
  for (const tone of group) {
    const heard = hear(window, tone)
    if (best === undefined || heard.power > best.power) {
      second = best?.power ?? 0
      best = heard
    } else if (heard.power > second) second = heard.power
  }
  return best !== undefined && best.power > second * standsOut ? best : undefined
}

/** One bin of a Fourier transform by Goertzel's algorithm, with its phase. */
function hear(window: Int16Array, { hz, cosine, sine }: Tone): HeardTone {
  const coefficient = 2 * cosine
  let last = 0
  let beforeLast = 0
  for (let i = 0; i < window.length; i++) {
    const next = (window[i] ?? 0) + coefficient * last - beforeLast
    beforeLast = last
    last = next
  }
  const real = last - beforeLast * cosine
  const imaginary = beforeLast * sine
  const power = (4 * (real * real + imaginary * imaginary)) / (window.length * window.length)
  // The recursion ends at the last sample: turned back to the first.
  const turnedBack = (2 * Math.PI * hz * (window.length - 1)) / rateHz
  return { hz, power, phase: Math.atan2(imaginary, real) - turnedBack }
}
