import { describe, expect, it } from 'vitest'
import { FakeClock } from './fake-clock.ts'

describe('FakeClock', () => {
  it('fires timers in order of time, then of creation, and stands at their time while they run', async () => {
    const clock = new FakeClock(0)
    const seen: string[] = []
    clock.after(20, () => seen.push(`b${clock.now()}`))
    clock.after(10, () => seen.push(`a${clock.now()}`))
    clock.after(20, () => seen.push(`c${clock.now()}`))
    await clock.advance(30)
    expect(seen).toEqual(['a10', 'b20', 'c20'])
    expect(clock.now()).toBe(30)
  })

  it('runs timers that timers set, and forgets cancelled ones', async () => {
    const clock = new FakeClock(0)
    const seen: number[] = []
    clock.after(1, () => clock.after(1, () => seen.push(clock.now())))
    clock.after(1, () => seen.push(99)).cancel()
    await clock.advance(5)
    expect(seen).toEqual([2])
    expect(clock.pendingTimers).toBe(0)
  })
})
