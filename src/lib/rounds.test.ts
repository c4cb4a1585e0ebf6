import { expect, it } from 'vitest'
import { FakeClock } from '../../fakes/fake-clock.ts'
import { Rounds } from './rounds.ts'

function makeRounds(work: () => Promise<void>) {
  const clock = new FakeClock()
  const failures: unknown[] = []
  const rounds = new Rounds({ everyMs: 1000, clock, work, failed: (error) => failures.push(error) })
  return { clock, failures, rounds }
}

it('come again and again, also after one that failed, until they are closed', async () => {
  let begun = 0
  const { clock, failures, rounds } = makeRounds(async () => {
    begun++
    if (begun === 2) throw new Error('once')
  })
  rounds.start()
  await clock.advance(999)
  expect(begun).toBe(0)
  await clock.advance(2001)
  expect(begun).toBe(3)
  expect(failures).toEqual([new Error('once')])
  await rounds.close()
  await clock.advance(5000)
  expect(begun).toBe(3)
  expect(clock.pendingTimers).toBe(0)
})

it('never overlap, and closing waits for the one under way', async () => {
  let finish = () => {}
  const work = new Promise<void>((resolve) => {
    finish = resolve
  })
  let begun = 0
  const { clock, rounds } = makeRounds(() => {
    begun++
    return work
  })
  rounds.start()
  await clock.advance(10_000)
  expect(begun).toBe(1)
  let isClosed = false
  const closed = rounds.close().then(() => {
    isClosed = true
  })
  await clock.advance(1)
  expect(isClosed).toBe(false)
  finish()
  await closed
  expect(clock.pendingTimers).toBe(0)
})

it('begin at once when asked to, and settle when that round is over', async () => {
  let done = 0
  const { clock, rounds } = makeRounds(async () => {
    done++
  })
  rounds.startNow()
  await rounds.settled()
  expect(done).toBe(1)
  await clock.advance(1000)
  expect(done).toBe(2)
  rounds.stop()
  expect(clock.pendingTimers).toBe(0)
})

it('that begin with one that must succeed go on after it, or tell its failure and do not begin', async () => {
  let done = 0
  const good = makeRounds(async () => {
    done++
  })
  await good.rounds.begin()
  expect(done).toBe(1)
  await good.clock.advance(1000)
  expect(done).toBe(2)
  const bad = makeRounds(() => Promise.reject(new Error('no database')))
  await expect(bad.rounds.begin()).rejects.toThrow('no database')
  expect(bad.failures).toEqual([])
  expect(bad.clock.pendingTimers).toBe(0)
})

it('that are stopped leave the one under way alone', async () => {
  let finish = () => {}
  const work = new Promise<void>((resolve) => {
    finish = resolve
  })
  const { clock, rounds } = makeRounds(() => work)
  rounds.startNow()
  rounds.stop()
  finish()
  await rounds.settled()
  expect(clock.pendingTimers).toBe(0)
})
