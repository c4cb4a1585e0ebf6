import { powerOfDb } from '../../media/tone/level.ts'
import { Windows } from '../windows.ts'
import { bandCount, bandEnergies, streamHopSamples, windowSamples } from './band-energies.ts'
import { frameBits, streamFramesBack } from './fingerprint.ts'

/** Windows quieter than this are silence: 50 dB below a full-scale sine. */
const silence = powerOfDb(-50)
const ringFrames = streamFramesBack + 1

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
    let bits = 0
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
