import { expect, it } from 'vitest'
import { FakeClock } from '../../fakes/fake-clock.ts'
import { sampleCall } from '../../fakes/sample-call.ts'
import type { Call } from '../domain/call/call.ts'
import { createEventBus } from '../events/event-bus.ts'
import { silentLog } from '../lib/log.ts'
import { orphanWatch } from './orphan-watch.ts'

function house(find: () => Promise<Call[]>, isCalledOff = false) {
  const orphans = async () => (await find()).map((call) => ({ call, isCalledOff }))
  const clock = new FakeClock()
  const bus = createEventBus()
  const ended: string[] = []
  bus.on('call.ended', ({ call, outcome }) => ended.push(`${call.callId} ${outcome}`))
  return { clock, ended, watch: orphanWatch({ orphans, bus, clock, log: silentLog }) }
}

it('ends what a dead node left, at the start and later, also after the store was away', async () => {
  const found = [[sampleCall({ callId: 'a' })], undefined, [sampleCall({ callId: 'b' })]]
  const { clock, ended, watch } = house(async () => {
    const next = found.shift()
    if (next === undefined) throw new Error('database is away')
    return next
  })
  await watch.begin()
  expect(ended).toEqual(['a systemError'])
  await clock.advance(10_000)
  expect(ended).toEqual(['a systemError', 'b systemError'])
  await watch.close()
  expect(clock.pendingTimers).toBe(0)
})

it('ends a call as cancelled that its account had called off before its node died', async () => {
  const { ended, watch } = house(async () => [sampleCall({ callId: 'a' })], true)
  await watch.begin()
  await watch.close()
  expect(ended).toEqual(['a cancelled'])
})

it('looks once at a time, and closing waits for the look under way', async () => {
  let looks = 0
  let answer = (_: Call[]) => {}
  const { clock, ended, watch } = house(() => {
    looks++
    return looks === 1 ? Promise.resolve([]) : new Promise((resolve) => (answer = resolve))
  })
  await watch.begin()
  await clock.advance(60_000)
  expect(looks).toBe(2)
  const closing = watch.close()
  answer([sampleCall({ callId: 'late' })])
  await closing
  expect(ended).toEqual(['late systemError'])
  expect(clock.pendingTimers).toBe(0)
})
