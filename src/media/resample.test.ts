import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resample } from './resample.ts'
import { findSounds } from './tone/find-sounds.ts'
import { findTones } from './tone/find-tones.ts'
import { makeTone } from './tone/make-tone.ts'

const rates = [11_025, 16_000, 22_050, 24_000, 44_100, 48_000, 96_000]

describe('a recording brought to 8 kHz', () => {
  it.each(rates)('keeps its tones, from %i Hz', (rate) => {
    for (const frequencyHz of [300, 1000, 3000]) {
      const tones = findTones(resample(makeTone([frequencyHz], 500, -12, rate), rate, 8000))
      expect(tones.map((tone) => Math.round(tone.frequencyHz / 5) * 5)).toEqual([frequencyHz])
      expect(tones[0]?.levelDb).toBeCloseTo(-12, 0)
    }
  })

  it.each(rates)('loses what a phone line cannot carry instead of folding it back, from %i Hz', (rate) => {
    const tooHigh = resample(makeTone([4700], 500, -3, rate), rate, 8000)
    // Beyond the edges of the tone itself, which are clicks of all frequencies.
    expect(findSounds(tooHigh.subarray(400, -400), { floorDb: -60 })).toEqual([])
  })

  it('from a lower rate keeps its tone too', () => {
    expect(findTones(resample(makeTone([1000], 500, -12, 6000), 6000, 8000))[0]?.frequencyHz).toBeCloseTo(1000, 0)
  })

  it('has the length of its time, whatever the rates', () => {
    fc.assert(
      fc.property(
        fc.int16Array({ maxLength: 300 }),
        fc.integer({ min: 4000, max: 48_000 }),
        fc.integer({ min: 4000, max: 48_000 }),
        (samples, from, to) => {
          expect(resample(samples, from, to)).toHaveLength(
            Math.round((samples.length * Math.round(to)) / Math.round(from)),
          )
        },
      ),
      { numRuns: 50 },
    )
  })

  it('refuses a rate that is none', () => {
    expect(() => resample(new Int16Array(1), 0, 8000)).toThrow(RangeError)
  })
})
