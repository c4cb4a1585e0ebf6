import { powerOfDb } from '../../media/tone/level.ts'
import { Windows } from '../windows.ts'
import { bandCount, bandEnergies, streamHopSamples, windowSamples } from './band-energies.ts'
import { frameBits, streamFramesBack } from './fingerprint.ts'

/** Windows quieter than this are silence: 50 dB below a full-scale sine. */
const silence = powerOfDb(-50)
const ringFrames = streamFramesBack + 1
/** A missing packet of 20 ms is silence to the last bit, which no line is. */
const holeSamples = 160

/** Set in the bits of a frame in which packets are missing; above those of fingerprints. */
export const holeBit = 1 << frameBits

/** Turns a stream into frames of bits as {@link fingerprintOf} makes them, one each 32 ms, `undefined` for silence. */
export class StreamPrints {
  readonly #windows: Windows
  /** Energies of the last frames; `#frame` modulo their number is the place of a frame. */
  readonly #energies = new Float64Array(ringFrames * bandCount)
  #frame = 0

  constructor(onFrame: (bits: number | undefined) => void) {
    this.#windows = new Windows(windowSamples, streamHopSamples, (window) => {
      onFrame(this.#bitsOf(window))
      this.#frame++
    })
  }

  hear(pcm: Int16Array): void {
    this.#windows.push(pcm)
  }

  #bitsOf(window: Int16Array): number | undefined {
    const now = (this.#frame % ringFrames) * bandCount
    // A line that is silent costs no transform.
    if (isSilent(window)) {
      this.#energies.fill(1, now, now + bandCount)
      return undefined
    }
    bandEnergies(window, this.#energies, now)
    const before = ((this.#frame + 1) % ringFrames) * bandCount
    const energies = this.#energies
    let bits = hasHole(window) ? holeBit : 0
    for (let band = 0; band < frameBits; band++) {
      // a/b > c/d without logarithms.
      const grown = ((energies[now + band] ?? 0) + 1) * ((energies[before + band + 1] ?? 0) + 1)
      const shrunk = ((energies[now + band + 1] ?? 0) + 1) * ((energies[before + band] ?? 0) + 1)
      if (grown > shrunk) bits |= 1 << band
    }
    return bits
  }
}

function isSilent(window: Int16Array): boolean {
  const enough = silence * windowSamples
  let sum = 0
  for (let i = 0; i < windowSamples; i++) {
    const sample = window[i] ?? 0
    sum += sample * sample
    if (sum > enough) return false
  }
  return true
}

function hasHole(window: Int16Array): boolean {
  // A run that long covers one of these places.
  for (let at = holeSamples / 2; at < windowSamples; at += holeSamples / 2) {
    if (window[at] === 0 && zerosAround(window, at) >= holeSamples) return true
  }
  return false
}

function zerosAround(window: Int16Array, at: number): number {
  let from = at
  let to = at
  while (from > 0 && window[from - 1] === 0) from--
  while (to < windowSamples && window[to] === 0) to++
  return to - from
}
