import { expect, it } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { Pulse } from './pulse.ts'

it('is steady from the first heartbeat for as long as they come', async () => {
  const clock = new FakeClock()
  const pulse = new Pulse(clock, { longestGapMs: 15_000, graceMs: 30_000 })
  expect(pulse.isSteady).toBe(false)
  for (let beats = 0; beats < 10; beats++) {
    pulse.beat()
    expect(pulse.isSteady).toBe(true)
    await clock.advance(5_000)
  }
})

it('after an outage the other nodes get the time to beat again', async () => {
  const clock = new FakeClock()
  const pulse = new Pulse(clock, { longestGapMs: 15_000, graceMs: 30_000 })
  pulse.beat()
  await clock.advance(40_000)
  // The database is back, and another statement comes before the heartbeat.
  expect(pulse.isSteady).toBe(false)
  for (let beats = 0; beats < 6; beats++) {
    pulse.beat()
    expect(pulse.isSteady).toBe(false)
    await clock.advance(5_000)
  }
  pulse.beat()
  expect(pulse.isSteady).toBe(true)
})
