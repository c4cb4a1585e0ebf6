import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { g711 } from '../codec/g711.ts'
import { writeWav } from '../codec/wav-writer.ts'
import { Playout, type PlayoutPlan } from './playout.ts'
import { PromptCache } from './prompt-cache.ts'
import { volumeGain } from './volume.ts'

const silence = 0xd5

function played(plan: PlayoutPlan): number[] {
  const playout = new Playout(plan, silence)
  const frames: number[] = []
  while (!playout.isComplete) {
    const frame = new Uint8Array(172).fill(99)
    playout.fillFrame(frame, 12)
    frames.push(...frame.subarray(12))
  }
  return frames
}

describe('playout', () => {
  it('plays segments without a gap, rounds with their gap, to the last sample, and fills its last frame', () => {
    const segment = fc.uint8Array({ maxLength: 400 })
    fc.assert(
      fc.property(
        fc.array(segment, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 0, max: 60 }),
        (segments, times, gapMs) => {
          const round = segments.flatMap((one) => [...one])
          if (round.length === 0) return
          const gap = new Array(gapMs * 8).fill(silence)
          const whole = Array.from({ length: times }, (_, n) => (n === 0 ? round : [...gap, ...round])).flat()
          const padding = new Array(Math.ceil(whole.length / 160) * 160 - whole.length).fill(silence)
          expect(played({ segments, times, gapMs })).toEqual([...whole, ...padding])
        },
      ),
    )
  })

  it('of nothing is complete at once', () => {
    expect(played({ segments: [], times: 3, gapMs: 100 })).toEqual([])
    expect(played({ segments: [new Uint8Array(0)], times: 3, gapMs: 100 })).toEqual([])
  })

  it('ends with its last sample, when that fills a frame and an empty segment follows, too', () => {
    const full = new Uint8Array(160).fill(7)
    expect(played({ segments: [full, new Uint8Array(0)], times: 2, gapMs: 0 })).toHaveLength(320)
  })

  it('goes on at the same sample when the codec changes', () => {
    const playout = new Playout({ segments: [new Uint8Array(200).fill(1)], times: 1, gapMs: 0 }, silence)
    const frame = new Uint8Array(160)
    playout.fillFrame(frame, 0)
    playout.recode([new Uint8Array(200).fill(2)], 0xff)
    playout.fillFrame(frame, 0)
    expect([...frame]).toEqual([...new Array(40).fill(2), ...new Array(120).fill(0xff)])
  })
})

describe('volume', () => {
  it.each([
    [100, 0],
    [75, -10],
    [50, -20],
    [1, -39.6],
    [250, 0],
  ])('%i is %f dB', (volume, db) => {
    expect(20 * Math.log10(volumeGain(volume))).toBeCloseTo(db, 5)
  })

  it('0 is silence', () => {
    expect(volumeGain(0)).toBe(0)
  })
})

describe('the prompt cache', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'prompts-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  const prompt = async (name: string, samples: number[], rate = 8000) => {
    const path = join(folder, name)
    await writeFile(path, writeWav(Int16Array.from(samples), rate))
    return path
  }

  it('gives a file in the codec and the volume that is asked for', async () => {
    const cache = new PromptCache(1000)
    const path = await prompt('a.wav', [0, 1000, -8000])
    expect(await cache.load(path, 'PCMA', 100)).toEqual(g711('PCMA').encode(Int16Array.of(0, 1000, -8000)))
    expect(await cache.load(path, 'PCMU', 50)).toEqual(g711('PCMU').encode(Int16Array.of(0, 100, -800)))
    expect(await cache.load(path, 'PCMA', 0)).toEqual(g711('PCMA').encode(Int16Array.of(0, 0, 0)))
  })

  it('encodes long files whole', async () => {
    const samples = Array.from({ length: 100_001 }, (_, i) => (i % 20_000) - 10_000)
    const encoded = await new PromptCache(1e6).load(await prompt('long.wav', samples), 'PCMA', 100)
    expect(encoded).toEqual(g711('PCMA').encode(Int16Array.from(samples)))
  })

  it('encodes once for all who ask, until the file changes', async () => {
    const cache = new PromptCache(1000)
    const path = await prompt('a.wav', [1, 2, 3])
    const [first, second] = await Promise.all([cache.load(path, 'PCMA', 100), cache.load(path, 'PCMA', 100)])
    expect(second).toBe(first)
    expect(await cache.load(path, 'PCMA', 100)).toBe(first)
    await prompt('a.wav', [5000, 2, 3])
    await utimes(path, 1, 1)
    expect((await cache.load(path, 'PCMA', 100))[0]).toBe(g711('PCMA').encode(Int16Array.of(5000))[0])
  })

  it('keeps what was used last, within its bounds', async () => {
    const cache = new PromptCache(250)
    const hundred = new Array(100).fill(7)
    const [a, b, c] = [await prompt('a.wav', hundred), await prompt('b.wav', hundred), await prompt('c.wav', hundred)]
    const first = await cache.load(a, 'PCMA', 100)
    const second = await cache.load(b, 'PCMA', 100)
    await cache.load(a, 'PCMA', 100)
    await cache.load(c, 'PCMA', 100)
    expect(cache.bytes).toBe(200)
    expect(await cache.load(a, 'PCMA', 100)).toBe(first)
    expect(await cache.load(b, 'PCMA', 100)).not.toBe(second)
    const tooLarge = await prompt('large.wav', new Array(300).fill(1))
    expect(await cache.load(tooLarge, 'PCMA', 100)).toHaveLength(300)
    expect(cache.bytes).toBeLessThanOrEqual(250)
  })

  it('says what is wrong with a file', async () => {
    const cache = new PromptCache(1000)
    await expect(cache.load(join(folder, 'none.wav'), 'PCMA', 100)).rejects.toThrow('ENOENT')
    await expect(cache.load(await prompt('wide.wav', [1], 16_000), 'PCMA', 100)).rejects.toThrow('16000 Hz')
    await writeFile(join(folder, 'text.wav'), 'hello')
    await expect(cache.load(join(folder, 'text.wav'), 'PCMA', 100)).rejects.toThrow('not a RIFF/WAVE file')
  })
})
