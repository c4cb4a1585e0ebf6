import { describe, expect, it } from 'vitest'
import { writeWav } from '../media/codec/wav-writer.ts'
import { makeTone } from '../media/tone/make-tone.ts'
import { heardReport } from './heard-report.ts'

/** Joins stretches of samples into one recording. */
function recording(...parts: Int16Array[]): Buffer {
  return writeWav(Int16Array.from(parts.flatMap((part) => [...part])))
}

const silence = (ms: number) => new Int16Array(ms * 8)

/** Something broad like speech: noise of a fixed seed whose loudness goes up and down like syllables. */
function babble(ms: number): Int16Array {
  let seed = 1
  return Int16Array.from({ length: ms * 8 }, (_, i) => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31
    return Math.round((seed / 2 ** 31 - 0.5) * 12_000 * (1.2 + Math.sin(i / 300)))
  })
}

describe('heardReport', () => {
  it('names tones, speech and the silence between them', () => {
    const wav = recording(silence(500), makeTone([440], 800), silence(400), babble(1000), silence(300))
    const report = heardReport(wav)
    expect(report).toMatchObject({ durationMs: 3000, leadingSilenceMs: expect.closeTo(500, -1.5) })
    expect(report.stretches.map(({ kind }) => kind)).toEqual(['silence', 'tone', 'silence', 'speech', 'silence'])
    expect(report.soundMs).toBeGreaterThan(1750)
    expect(report.soundMs).toBeLessThan(1850)
    expect(report.silenceMs + report.soundMs).toBe(3000)
    const [tone] = report.tones
    expect(tone?.frequencyHz).toBeCloseTo(440, 0)
    expect(Math.abs((tone?.fromMs ?? 0) - 500)).toBeLessThan(30)
    expect(Math.abs((tone?.toMs ?? 0) - 1300)).toBeLessThan(30)
  })

  it('covers the recording without gap or overlap', () => {
    const { stretches, durationMs } = heardReport(recording(makeTone([697, 1209], 300), silence(250), babble(777)))
    let at = 0
    for (const stretch of stretches) {
      expect(stretch.fromMs).toBe(at)
      at = stretch.toMs
    }
    expect(at).toBe(durationMs)
    expect(stretches[0]).toMatchObject({ kind: 'tone' })
  })

  it('tells short tones where nothing else is heard, and not the vowels within speech', () => {
    const key = makeTone([697, 1209], 100)
    const vowel = makeTone([300], 120)
    const { tones } = heardReport(recording(key, silence(400), babble(600), vowel, babble(600), silence(100)))
    expect(tones.map(({ frequencyHz }) => Math.round(frequencyHz / 10) * 10)).toEqual([700, 1210])
  })

  it('is all silence when nothing was heard', () => {
    expect(heardReport(recording(silence(1000)))).toEqual({
      durationMs: 1000,
      leadingSilenceMs: 1000,
      silenceMs: 1000,
      soundMs: 0,
      stretches: [{ kind: 'silence', fromMs: 0, toMs: 1000 }],
      tones: [],
    })
    expect(heardReport(recording())).toMatchObject({ durationMs: 0, stretches: [] })
  })
})
