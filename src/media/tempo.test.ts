import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stretch, tempoFactor } from './tempo.ts'
import { findTones } from './tone/find-tones.ts'
import { makeTone } from './tone/make-tone.ts'

describe('the tempo of a prompt', () => {
  it.each([
    [-500, 0.5],
    [-250, Math.SQRT1_2],
    [0, 1],
    [250, Math.SQRT2],
    [500, 2],
    [900, 2],
  ])('at speed %i is %f times the recorded one', (speed, factor) => {
    expect(tempoFactor(speed)).toBeCloseTo(factor, 3)
  })

  it('sets the length, for any recording and speed', () => {
    fc.assert(
      fc.property(fc.int16Array({ maxLength: 5000 }), fc.integer({ min: -500, max: 500 }), (samples, speed) => {
        expect(stretch(samples, speed)).toHaveLength(Math.round(samples.length / tempoFactor(speed)))
      }),
      { numRuns: 50 },
    )
  })

  it.each([-500, -200, 100, 500])('leaves a tone its pitch and its level at speed %i', (speed) => {
    for (const frequencyHz of [200, 440, 1000, 2500]) {
      const stretched = stretch(makeTone([frequencyHz], 2000), speed)
      const tones = findTones(stretched)
      const longest = tones.toSorted((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs))[0]
      expect(Math.abs((longest?.frequencyHz ?? 0) - frequencyHz)).toBeLessThan(frequencyHz * 0.01)
      expect(longest?.levelDb).toBeCloseTo(-12, 0)
      expect((longest?.toMs ?? 0) - (longest?.fromMs ?? 0)).toBeGreaterThan((2000 / tempoFactor(speed)) * 0.9)
    }
  })

  it('gives a copy when nothing is to change', () => {
    const samples = Int16Array.of(1, 2, 3)
    const same = stretch(samples, 0)
    expect(same).toEqual(samples)
    expect(same).not.toBe(samples)
  })
})
