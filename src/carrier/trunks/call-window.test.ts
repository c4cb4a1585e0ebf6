import fc from 'fast-check'
import { expect, it } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { CallWindow } from './call-window.ts'

it('never lets more calls begin in any second, wherever it begins', async () => {
  const steps = fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 5 }), steps, async (limit, pauses) => {
      const clock = new FakeClock()
      const window = new CallWindow(clock)
      const starts: number[] = []
      for (const pause of pauses) {
        await clock.advance(pause)
        for (; window.room(limit) > 0; window.note()) starts.push(clock.monotonicMs())
      }
      for (const from of starts) {
        expect(starts.filter((at) => at >= from && at < from + 1000).length).toBeLessThanOrEqual(limit)
      }
    }),
    { numRuns: 30 },
  )
})

it('says when the next call may begin', async () => {
  const clock = new FakeClock()
  const window = new CallWindow(clock)
  window.note()
  await clock.advance(300)
  window.note()
  expect(window.waitMs(3)).toBe(0)
  expect(window.waitMs(2)).toBe(700)
  await clock.advance(700)
  expect(window.room(2)).toBe(1)
})

it('a share of half a call a second is one call in two seconds', async () => {
  const clock = new FakeClock()
  const window = new CallWindow(clock)
  window.note()
  await clock.advance(1999)
  expect(window.room(0.5)).toBe(0)
  expect(window.waitMs(0.5)).toBe(1)
  await clock.advance(1)
  expect(window.room(0.5)).toBe(1)
})

it('no share is no call; no limit is no limit', () => {
  const window = new CallWindow(new FakeClock())
  expect(window.room(0)).toBe(0)
  expect(window.room(Number.POSITIVE_INFINITY)).toBe(Number.MAX_SAFE_INTEGER)
})
