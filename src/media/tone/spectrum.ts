/** One line of a spectrum. */
export interface SpectralPeak {
  frequencyHz: number
  /** Mean square that the line carries, squared sample units. */
  power: number
}

/** A tone that fills only part of a window has side lobes as near as this: peaks there belong to it. */
const sideLobeBins = 5

/**
 * Finds the lines in windows of a fixed length: a Hann window, a radix-2 Fourier transform, local maxima with their
 * frequency interpolated between the bins. One instance holds its tables and may be used for any number of windows.
 */
export class Spectrum {
  readonly #size: number
  readonly #rateHz: number
  readonly #window: Float64Array
  readonly #real: Float64Array
  readonly #imaginary: Float64Array

  /** @param size samples per window, a power of two */
  constructor(size: number, rateHz: number) {
    this.#size = size
    this.#rateHz = rateHz
    this.#window = Float64Array.from({ length: size }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size))
    this.#real = new Float64Array(size)
    this.#imaginary = new Float64Array(size)
  }

  /** Lines of the window that starts at `start`, strongest first; lines below `floorShare` of the strongest are left out. */
  peaks(samples: Int16Array, start: number, floorShare: number): SpectralPeak[] {
    for (let i = 0; i < this.#size; i++) {
      this.#real[i] = (samples[start + i] ?? 0) * (this.#window[i] ?? 0)
      this.#imaginary[i] = 0
    }
    transform(this.#real, this.#imaginary)
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
    return (this.#real[bin] ?? 0) ** 2 + (this.#imaginary[bin] ?? 0) ** 2
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

/** Fourier transform in place (Cooley and Tukey, decimation in time); length a power of two. */
function transform(real: Float64Array, imaginary: Float64Array): void {
  const size = real.length
  for (let i = 1, mirrored = 0; i < size; i++) {
    let bit = size >> 1
    for (; (mirrored & bit) !== 0; bit >>= 1) mirrored ^= bit
    mirrored ^= bit
    if (i < mirrored) {
      swap(real, i, mirrored)
      swap(imaginary, i, mirrored)
    }
  }
  for (let span = 2; span <= size; span <<= 1) {
    const half = span >> 1
    for (let k = 0; k < half; k++) {
      const angle = (-2 * Math.PI * k) / span
      const cos = Math.cos(angle)
      const sin = Math.sin(angle)
      for (let upper = k; upper < size; upper += span) {
        const lower = upper + half
        const turnedReal = (real[lower] ?? 0) * cos - (imaginary[lower] ?? 0) * sin
        const turnedImaginary = (real[lower] ?? 0) * sin + (imaginary[lower] ?? 0) * cos
        real[lower] = (real[upper] ?? 0) - turnedReal
        imaginary[lower] = (imaginary[upper] ?? 0) - turnedImaginary
        real[upper] = (real[upper] ?? 0) + turnedReal
        imaginary[upper] = (imaginary[upper] ?? 0) + turnedImaginary
      }
    }
  }
}

function swap(values: Float64Array, a: number, b: number): void {
  const kept = values[a] ?? 0
  values[a] = values[b] ?? 0
  values[b] = kept
}
