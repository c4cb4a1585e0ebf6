import { PowerSpectrum } from './power-spectrum.ts'

/** One line of a spectrum. */
export interface SpectralPeak {
  frequencyHz: number
  /** Mean square that the line carries, squared sample units. */
  power: number
}

/** A tone that fills only part of a window has side lobes as near as this: peaks there belong to it. */
const sideLobeBins = 5

/**
 * Finds the lines in windows of a fixed length: local maxima of their power spectrum, with the frequency interpolated
 * between the bins. One instance may be used for any number of windows.
 */
export class Spectrum {
  readonly #size: number
  readonly #rateHz: number
  readonly #spectrum: PowerSpectrum
  readonly #powers: Float64Array

  /** @param size samples per window, a power of two */
  constructor(size: number, rateHz: number) {
    this.#size = size
    this.#rateHz = rateHz
    this.#spectrum = new PowerSpectrum(size)
    this.#powers = new Float64Array(size / 2)
  }

  /** Lines of the window that starts at `start`, strongest first; lines below `floorShare` of the strongest are left out. */
  peaks(samples: Int16Array, start: number, floorShare: number): SpectralPeak[] {
    this.#spectrum.powersOf(samples.subarray(start, start + this.#size), this.#powers)
    const peaks: SpectralPeak[] = []
    for (let bin = 2; bin < this.#size / 2 - 1; bin++) {
      const here = this.#power(bin)
      if (here <= this.#power(bin - 1) || here < this.#power(bin + 1)) continue
      peaks.push(this.#peakAt(bin))
    }
    peaks.sort((a, b) => b.power - a.power)
    const strongest = peaks[0]?.power ?? 0
    const nearest = (sideLobeBins * this.#rateHz) / this.#size
    const lines: SpectralPeak[] = []
    for (const peak of peaks) {
      if (peak.power === 0 || peak.power < strongest * floorShare) break
      if (lines.every((line) => Math.abs(line.frequencyHz - peak.frequencyHz) > nearest)) lines.push(peak)
    }
    return lines
  }

  #power(bin: number): number {
    return this.#powers[bin] ?? 0
  }

  /** A Hann window spreads a line over its bin and two neighbours either side: together they carry its power. */
  #peakAt(bin: number): SpectralPeak {
    const left = Math.sqrt(this.#power(bin - 1))
    const centre = Math.sqrt(this.#power(bin))
    const right = Math.sqrt(this.#power(bin + 1))
    // Ratio of the two largest bins gives the offset of the line exactly for a Hann window.
    const offset = right > left ? (2 * right - centre) / (right + centre) : -(2 * left - centre) / (left + centre)
    let power = 0
    for (let i = bin - 2; i <= bin + 2; i++) power += this.#power(i)
    // Parseval, both halves of the spectrum, and the mean square 3/8 of the window.
    return {
      frequencyHz: ((bin + offset) * this.#rateHz) / this.#size,
      power: (2 * power) / (this.#size * this.#size * 0.375),
    }
  }
}
