import fc from 'fast-check'
import { expect, it } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { callIdPattern, createCallIds } from './call-id.ts'

it('has the shape of the reference', () => {
  const next = createCallIds(new FakeClock(Date.UTC(2024, 0, 2, 3, 4, 5, 678)), 42)
  expect(next()).toBe('170416464567^800000000042')
  expect(createCallIds(new FakeClock())()).toMatch(callIdPattern)
})

it('is unique and sorts in the order of issue, also when the clock is set back or a millisecond is crowded', () => {
  const step = fc.record({ ms: fc.integer({ min: -50, max: 50 }), count: fc.integer({ min: 1, max: 3 }) })
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      let now = 1_700_000_000_000
      const next = createCallIds({ now: () => now }, 1)
      const ids: string[] = []
      for (const { ms, count } of steps) {
        now += ms
        for (let one = 0; one < count; one++) ids.push(next())
      }
      expect(new Set(ids).size).toBe(ids.length)
      expect([...ids].sort()).toEqual(ids)
    }),
  )
})

it('moves on to the next millisecond after ten thousand', () => {
  const next = createCallIds(new FakeClock(1_700_000_000_000), 1)
  const ids = Array.from({ length: 20_001 }, () => next())
  expect(new Set(ids).size).toBe(ids.length)
  expect([...ids].sort()).toEqual(ids)
  expect(ids.every((id) => callIdPattern.test(id))).toBe(true)
})

it('tells two nodes apart that issue at the same moment', () => {
  const clock = new FakeClock()
  expect(createCallIds(clock, 1)()).not.toBe(createCallIds(clock, 2)())
})
