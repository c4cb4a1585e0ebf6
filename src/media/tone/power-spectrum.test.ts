import { describe, expect, it } from 'vitest'
import { babble } from '../../../fakes/babble.ts'
import { makeTone } from './make-tone.ts'
import { PowerSpectrum } from './power-spectrum.ts'

describe('a power spectrum', () => {
  it('is that of the transform written out', () => {
    const samples = babble({ seed: 3 }, 2).subarray(1000, 1064)
    const powers = new Float64Array(32)
    new PowerSpectrum(64).powersOf(samples, powers)
    for (let bin = 1; bin < 32; bin++) {
      let real = 0
      let imaginary = 0
      samples.forEach((sample, i) => {
        const windowed = sample * (0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / 64))
        real += windowed * Math.cos((2 * Math.PI * bin * i) / 64)
        imaginary -= windowed * Math.sin((2 * Math.PI * bin * i) / 64)
      })
      const wanted = real * real + imaginary * imaginary
      expect(Math.abs((powers[bin] ?? 0) - wanted)).toBeLessThan(1e-6 * (wanted + 1))
    }
  })

  it('has a tone where it is', () => {
    const powers = new Float64Array(512)
    new PowerSpectrum(1024).powersOf(makeTone([1000], 128), powers)
    expect(powers.indexOf(Math.max(...powers))).toBe(128)
  })
})
