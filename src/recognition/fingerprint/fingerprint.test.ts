import { describe, expect, it } from 'vitest'
import { babble } from '../../../fakes/babble.ts'
import { makeTone } from '../../media/tone/make-tone.ts'
import { bitCount } from './bit-count.ts'
import { fingerprintOf, frameSeconds } from './fingerprint.ts'
import { readFingerprint, writeFingerprint } from './fingerprint-bytes.ts'
import { PowerSpectrum } from './fourier.ts'
import { StreamPrints } from './stream-prints.ts'

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

describe('the fingerprint of a recording', () => {
  const sound = babble({ seed: 8 }, 10)
  const print = fingerprintOf(sound)

  it('has a frame each 16 ms, and reliable bits where there is sound', () => {
    expect(print.bits.length).toBeCloseTo((sound.length / 8000 - 0.128) / frameSeconds, -1)
    const sounding = print.weights.filter((weight) => weight > 0)
    expect(sounding.length).toBeGreaterThan(print.weights.length * 0.7)
    expect([...print.masks].map(bitCount)).toEqual([...print.weights])
  })

  it('is found again in a stream of the same sound', () => {
    const heard: (number | undefined)[] = []
    new StreamPrints((bits) => heard.push(bits)).hear(sound)
    let agree = 0
    let reliable = 0
    heard.forEach((bits, i) => {
      if (bits === undefined) return
      reliable += print.weights[2 * i] ?? 0
      agree += (print.weights[2 * i] ?? 0) - bitCount((bits ^ (print.bits[2 * i] ?? 0)) & (print.masks[2 * i] ?? 0))
    })
    expect(agree / reliable).toBeGreaterThan(0.93)
  })

  it('of silence, and of nothing, says nothing', () => {
    expect([...fingerprintOf(new Int16Array(16_000)).weights].every((weight) => weight === 0)).toBe(true)
    expect(fingerprintOf(new Int16Array(10)).bits.length).toBe(0)
  })

  it('is read as it was written', () => {
    expect(readFingerprint(writeFingerprint(print))).toEqual(print)
  })

  it('of another version is not read', () => {
    const bytes = writeFingerprint(print)
    bytes.writeUInt8(0, 0)
    expect(readFingerprint(bytes)).toBeUndefined()
    expect(readFingerprint(Buffer.alloc(0))).toBeUndefined()
  })
})
