import { expect, it } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { Pulse } from './pulse.ts'

function beating(answers: (question: number) => boolean) {
  const clock = new FakeClock()
  const seen = { asked: 0, stopped: 0 }
  const pulse: Pulse = new Pulse(clock, 2000, {
    ask: () => {
      seen.asked++
      if (answers(seen.asked)) pulse.sign()
    },
    stopped: () => {
      seen.stopped++
    },
  })
  return { clock, pulse, seen }
}

it('a process that answers is asked for ever', async () => {
  const { clock, pulse, seen } = beating(() => true)
  await clock.advance(60_000)
  expect(seen).toEqual({ asked: 30, stopped: 0 })
  pulse.stop()
  expect(clock.pendingTimers).toBe(0)
})

it('a process that misses two answers in a row is still alive', async () => {
  const { clock, seen } = beating((question) => question % 3 === 0)
  await clock.advance(60_000)
  expect(seen.stopped).toBe(0)
})

it('a process that misses three has stopped, which is told once', async () => {
  const { clock, seen } = beating((question) => question <= 2)
  await clock.advance(11_900)
  expect(seen.stopped).toBe(0)
  await clock.advance(60_000)
  expect(seen).toEqual({ asked: 5, stopped: 1 })
  expect(clock.pendingTimers).toBe(0)
})
