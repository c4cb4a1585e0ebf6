import { sampleRateHz } from '../../media/codec/g711.ts'
import { PowerSpectrum } from '../../media/tone/power-spectrum.ts'

/** Samples of a window: 128 ms, about half a syllable; bins lie 7.8 Hz apart. */
export const windowSamples = 1024
/** From one frame to the next in a stream: 32 ms. */
export const streamHopSamples = 256
/** The bands cover what a telephone line lets through. */
const lowestHz = 300
const highestHz = 3300
/** Bands of equal ratio: each is a tenth wider than the one below, so that a clock that is 1 % off moves little across. */
export const bandCount = 25

/** First bin of each band, and the bin after the last one. */
const bandEdges = Uint16Array.from({ length: bandCount + 1 }, (_, band) =>
  Math.round((lowestHz * (highestHz / lowestHz) ** (band / bandCount) * windowSamples) / sampleRateHz),
)

/** How many bins each band has. */
export const bandWidths = Uint16Array.from(
  { length: bandCount },
  (_, band) => (bandEdges[band + 1] ?? 0) - (bandEdges[band] ?? 0),
)

const spectrum = new PowerSpectrum(windowSamples)
const powers = new Float64Array(windowSamples / 2)

/**
 * Writes the energy of each band of a window, in squared sample units, into `energies` from `at` on.
 *
 * @returns the energy of all bands
 */
export function bandEnergies(window: Int16Array, energies: Float64Array, at: number): number {
  spectrum.powersOf(window, powers)
  let total = 0
  for (let band = 0; band < bandCount; band++) {
    let sum = 0
    const end = bandEdges[band + 1] ?? 0
    for (let bin = bandEdges[band] ?? 0; bin < end; bin++) sum += powers[bin] ?? 0
    energies[at + band] = sum
    total += sum
  }
  return total
}
