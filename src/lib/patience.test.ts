import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../fakes/fake-clock.ts'
import { pause, withPatience } from './patience.ts'

it('a pause lasts as long as it is told', async () => {
  const clock = new FakeClock()
  let isOver = false
  const over = pause(clock, 500).then(() => {
    isOver = true
  })
  await clock.advance(499)
  expect(isOver).toBe(false)
  await clock.advance(1)
  await over
  expect(clock.pendingTimers).toBe(0)
})

describe('patience', () => {
  it('gives what the work comes to in time, and leaves no timer', async () => {
    const clock = new FakeClock()
    expect(await withPatience(clock, 1000, Promise.resolve('done'))).toBe('done')
    await expect(withPatience(clock, 1000, Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(clock.pendingTimers).toBe(0)
  })

  it('is over after its time', async () => {
    const clock = new FakeClock()
    const end = withPatience(clock, 1000, new Promise<never>(() => {}))
    await clock.advance(1000)
    expect(await end).toBe('late')
  })
})
