import { describe, expect, it } from 'vitest'
import { levelLoudness, trimSilence } from './level-speech.ts'

const rateHz = 8000

function tone(durationMs: number, amplitude: number): Int16Array {
  return Int16Array.from({ length: (rateHz * durationMs) / 1000 }, (_, i) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * 500 * i) / rateHz)),
  )
}

function silence(durationMs: number): Int16Array {
  return new Int16Array((rateHz * durationMs) / 1000)
}

function joined(...parts: Int16Array[]): Int16Array {
  return Int16Array.from(parts.flatMap((part) => [...part]))
}

function rms(samples: Int16Array): number {
  return Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length)
}

describe('trimming', () => {
  it('leaves the sound and 15 ms on either side', () => {
    const trimmed = trimSilence(joined(silence(300), tone(200, 8000), silence(500)), rateHz)
    expect(trimmed.length / 8).toBe(230)
  })

  it('keeps silence between two sounds', () => {
    const trimmed = trimSilence(joined(tone(50, 8000), silence(400), tone(50, 8000)), rateHz)
    expect(trimmed.length / 8).toBe(500)
  })

  it('leaves nothing of silence, and nothing of faint noise', () => {
    expect(trimSilence(silence(200), rateHz)).toHaveLength(0)
    expect(trimSilence(tone(200, 10), rateHz)).toHaveLength(0)
    expect(trimSilence(new Int16Array(0), rateHz)).toHaveLength(0)
  })
})

describe('levelling', () => {
  it.each([1000, 3000, 12000, 32000])('brings a tone of amplitude %i to the loudness of all prompts', (amplitude) => {
    const levelled = levelLoudness(tone(500, amplitude), rateHz)
    expect(rms(levelled.subarray(80, -80))).toBeGreaterThan(3200)
    expect(rms(levelled.subarray(80, -80))).toBeLessThan(3350)
  })

  it('does not count pauses: a phrase with a long pause is as loud as one without', () => {
    const levelled = levelLoudness(joined(tone(200, 1000), silence(2000), tone(200, 1000)), rateHz)
    expect(rms(levelled.subarray(80, 1520))).toBeGreaterThan(3200)
  })

  it('does not clip a phrase with one loud moment', () => {
    const levelled = levelLoudness(joined(tone(400, 500), tone(20, 30000), tone(400, 500)), rateHz)
    expect(levelled.reduce((most, one) => Math.max(most, Math.abs(one)), 0)).toBeLessThanOrEqual(26_000)
  })

  it('begins and ends at nothing, so that joints do not click', () => {
    const levelled = levelLoudness(
      Int16Array.from({ length: 800 }, () => 5000),
      rateHz,
    )
    expect(levelled[0]).toBe(0)
    expect(levelled.at(-1)).toBe(0)
  })

  it('leaves silence alone', () => {
    expect(levelLoudness(silence(20), rateHz)).toEqual(silence(20))
  })
})
