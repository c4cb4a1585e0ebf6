/**
 * Power spectra of real windows of one size: a Hann window and a radix-2 transform of half the size (two real samples
 * are one complex one). One instance holds its tables and its working memory.
 */
export class PowerSpectrum {
  readonly size: number
  readonly #half: number
  readonly #window: Float64Array
  readonly #cos: Float64Array
  readonly #sin: Float64Array
  readonly #mirrored: Uint16Array
  readonly #real: Float64Array
  readonly #imaginary: Float64Array

  /** @param size samples of a window, a power of two up to 131,072 */
  constructor(size: number) {
    this.size = size
    this.#half = size / 2
    this.#window = Float64Array.from({ length: size }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / size))
    this.#cos = Float64Array.from({ length: this.#half }, (_, i) => Math.cos((2 * Math.PI * i) / size))
    this.#sin = Float64Array.from({ length: this.#half }, (_, i) => -Math.sin((2 * Math.PI * i) / size))
    const bits = Math.log2(this.#half)
    this.#mirrored = Uint16Array.from({ length: this.#half }, (_, i) => mirror(i, bits))
    this.#real = new Float64Array(this.#half)
    this.#imaginary = new Float64Array(this.#half)
  }

  /**
   * Writes the power of each bin from 0 to below half the size into `powers`; bins lie `rate / size` apart.
   *
   * @param samples as many as the window has
   */
  powersOf(samples: Int16Array, powers: Float64Array): void {
    const half = this.#half
    const real = this.#real
    const imaginary = this.#imaginary
    const window = this.#window
    for (let i = 0; i < half; i++) {
      const to = this.#mirrored[i] ?? 0
      real[to] = (samples[2 * i] ?? 0) * (window[2 * i] ?? 0)
      imaginary[to] = (samples[2 * i + 1] ?? 0) * (window[2 * i + 1] ?? 0)
    }
    this.#transform()
    // The even and the odd samples' spectra are told apart by their symmetry, and joined.
    powers[0] = ((real[0] ?? 0) + (imaginary[0] ?? 0)) ** 2
    for (let k = 1; k < half; k++) {
      const a = real[k] ?? 0
      const b = imaginary[k] ?? 0
      const c = real[half - k] ?? 0
      const d = imaginary[half - k] ?? 0
      const oddReal = (b + d) / 2
      const oddImaginary = (c - a) / 2
      const cos = this.#cos[k] ?? 0
      const sin = this.#sin[k] ?? 0
      const re = (a + c) / 2 + cos * oddReal - sin * oddImaginary
      const im = (b - d) / 2 + cos * oddImaginary + sin * oddReal
      powers[k] = re * re + im * im
    }
  }

  /** Cooley and Tukey, decimation in time, in place; the input lies in mirrored order. */
  #transform(): void {
    const half = this.#half
    const real = this.#real
    const imaginary = this.#imaginary
    for (let span = 1; span < half; span <<= 1) {
      const stride = half / span
      for (let k = 0; k < span; k++) {
        const cos = this.#cos[k * stride] ?? 0
        const sin = this.#sin[k * stride] ?? 0
        for (let i = k; i < half; i += 2 * span) {
          const j = i + span
          const re = (real[j] ?? 0) * cos - (imaginary[j] ?? 0) * sin
          const im = (real[j] ?? 0) * sin + (imaginary[j] ?? 0) * cos
          real[j] = (real[i] ?? 0) - re
          imaginary[j] = (imaginary[i] ?? 0) - im
          real[i] = (real[i] ?? 0) + re
          imaginary[i] = (imaginary[i] ?? 0) + im
        }
      }
    }
  }
}

function mirror(index: number, bits: number): number {
  let mirrored = 0
  for (let bit = 0; bit < bits; bit++) mirrored |= ((index >> bit) & 1) << (bits - 1 - bit)
  return mirrored
}
