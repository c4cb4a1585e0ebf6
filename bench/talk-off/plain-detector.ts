import { tonePower } from '../../src/media/tone/goertzel.ts'
import { meanSquare, powerOfDb } from '../../src/media/tone/level.ts'

const windowSamples = 205
const lowHz = [697, 770, 852, 941]
const highHz = [1209, 1336, 1477, 1633]
const windowsToBegin = 2

/**
 * The textbook detector, as a yardstick: Goertzel's algorithm over 205 samples, the strongest tone of each group 6 dB
 * above the others and the two no further apart than 8 dB, two windows in a row. Nothing guards it from speech, so that
 * its false keys say how much the audio resembles keys.
 */
export class PlainDetector {
  readonly #onDown: () => void
  readonly #window = new Int16Array(windowSamples)
  #filled = 0
  #candidate = ''
  #seen = 0

  constructor(onDown: () => void) {
    this.#onDown = onDown
  }

  hear(samples: Int16Array): void {
    for (const sample of samples) {
      this.#window[this.#filled++] = sample
      if (this.#filled < windowSamples) continue
      this.#filled = 0
      const key = this.#look()
      this.#seen = key !== '' && key === this.#candidate ? this.#seen + 1 : 1
      this.#candidate = key
      if (key !== '' && this.#seen === windowsToBegin) this.#onDown()
    }
  }

  #look(): string {
    if (meanSquare(this.#window, 0, windowSamples) < powerOfDb(-38)) return ''
    const low = this.#strongest(lowHz)
    const high = this.#strongest(highHz)
    if (low === undefined || high === undefined) return ''
    const twistDb = Math.abs(10 * Math.log10(low.power / high.power))
    return twistDb > 8 ? '' : `${low.hz} ${high.hz}`
  }

  #strongest(group: readonly number[]): { hz: number; power: number } | undefined {
    const tones = group.map((hz) => ({ hz, power: tonePower(this.#window, 0, windowSamples, hz, 8000) }))
    const [best, second] = tones.sort((one, other) => other.power - one.power)
    return best !== undefined && best.power > (second?.power ?? 0) * 4 ? best : undefined
  }
}
