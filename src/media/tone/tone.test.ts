import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { g711 } from '../codec/g711.ts'
import { findSounds } from './find-sounds.ts'
import { findTones } from './find-tones.ts'
import { tonePower } from './goertzel.ts'
import { meanSquare } from './level.ts'
import { makeTone } from './make-tone.ts'

const silence = (ms: number) => new Int16Array(ms * 8)
const join = (...parts: Int16Array[]) => Int16Array.from(parts.flatMap((part) => [...part]))
const lineNoise = (ms: number, seed: number) => {
  let state = seed
  return Int16Array.from({ length: ms * 8 }, () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff
    return ((state >> 16) % 8000) - 4000
  })
}

describe('the power at one frequency', () => {
  it('is the amplitude squared of a tone there, and nearly nothing beside it', () => {
    const tone = makeTone([1000], 100, -6)
    const amplitude = 32767 * 10 ** (-6 / 20)
    expect(Math.sqrt(tonePower(tone, 0, 800, 1000, 8000)) / amplitude).toBeCloseTo(1, 2)
    expect(Math.sqrt(tonePower(tone, 0, 800, 1500, 8000)) / amplitude).toBeLessThan(0.01)
    expect(Math.sqrt(2 * meanSquare(tone, 0, 800)) / amplitude).toBeCloseTo(1, 2)
  })
})

describe('tones in a recording', () => {
  it('are found by frequency, level and time', () => {
    const heard = join(silence(500), makeTone([440], 300, -12), silence(200), makeTone([1000], 1000, -20), silence(100))
    const [first, second, ...more] = findTones(heard)
    expect(more).toEqual([])
    expect(first?.frequencyHz).toBeCloseTo(440, 0)
    expect(first?.levelDb).toBeCloseTo(-12, 0)
    expect(Math.abs((first?.fromMs ?? 0) - 500)).toBeLessThanOrEqual(20)
    expect(Math.abs((first?.toMs ?? 0) - 800)).toBeLessThanOrEqual(20)
    expect(second?.frequencyHz).toBeCloseTo(1000, 0)
    expect(second?.levelDb).toBeCloseTo(-20, 0)
    expect(Math.abs((second?.fromMs ?? 0) - 1000)).toBeLessThanOrEqual(20)
    expect(Math.abs((second?.toMs ?? 0) - 2000)).toBeLessThanOrEqual(20)
  })

  it('are found one by one, at any frequency and level of a phone line, through either law', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 200, max: 3500 }),
        fc.integer({ min: -35, max: -3 }),
        fc.constantFrom('PCMA' as const, 'PCMU' as const),
        (frequencyHz, levelDb, codec) => {
          const law = g711(codec)
          const heard = law.decode(law.encode(join(silence(200), makeTone([frequencyHz], 200, levelDb), silence(200))))
          const tones = findTones(heard)
          expect(tones).toHaveLength(1)
          expect(Math.abs((tones[0]?.frequencyHz ?? 0) - frequencyHz)).toBeLessThan(5)
          expect(Math.abs((tones[0]?.levelDb ?? 0) - levelDb)).toBeLessThan(1.5)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('are two when they sound together', () => {
    const frequencies = findTones(makeTone([770, 1336], 300)).map((tone) => Math.round(tone.frequencyHz / 10) * 10)
    expect(frequencies).toEqual([770, 1340])
  })

  it('are none in noise and none in silence', () => {
    expect(findTones(lineNoise(1000, 7))).toEqual([])
    expect(findTones(silence(1000))).toEqual([])
    expect(findTones(new Int16Array(0))).toEqual([])
  })
})

describe('sounds in a recording', () => {
  it('are the stretches between silences; short pauses belong to them', () => {
    const heard = join(
      silence(300),
      makeTone([300], 100),
      silence(100),
      lineNoise(200, 3),
      silence(600),
      lineNoise(50, 4),
    )
    expect(findSounds(heard).map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([
      [300, 700],
      [1300, 1350],
    ])
    expect(findSounds(silence(1000))).toEqual([])
  })
})
