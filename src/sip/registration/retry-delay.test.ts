import fc from 'fast-check'
import { expect, test } from 'vitest'
import { refreshDelayMs, retryDelayMs } from './retry-delay.ts'

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

test('waits double from a minute up to half an hour, from half to all of it (RFC 5626 §4.5)', () => {
  expect([1, 2, 3, 5, 6, 7, 500].map((failures) => retryDelayMs(failures, 1) / 1000)).toEqual([
    60, 120, 240, 960, 1800, 1800, 1800,
  ])
  expect(retryDelayMs(1, 0)).toBe(30_000)
})

test('no wait undercuts what the registrar asks for, up to a day', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2000 }), chance, fc.nat(100_000), (failures, random, seconds) => {
      const delayMs = retryDelayMs(failures, random, seconds)
      expect(delayMs).toBeGreaterThanOrEqual(Math.max(30_000, Math.min(86_400, seconds) * 1000))
      expect(delayMs).toBeLessThanOrEqual(Math.max(1_800_000, Math.min(86_400, seconds) * 1000))
    }),
  )
})

test('a refresh comes before the end, and within a day, however long the registration', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999_999_999 }), chance, (seconds, random) => {
      const delayMs = refreshDelayMs(seconds, random)
      expect(delayMs).toBeGreaterThanOrEqual(Math.min(86_400, seconds) * 800)
      expect(delayMs).toBeLessThan(86_400_000)
      expect(delayMs).toBeLessThan(seconds * 901)
    }),
  )
})
