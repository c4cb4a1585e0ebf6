import { expect, it } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { silentLog } from '../../lib/log.ts'
import { DayQuota } from './day-quota.ts'

/** The store's side: a cap per day, whoever asks. */
function dayBook() {
  const taken = new Map<string, number>()
  return {
    taken,
    isAway: false,
    asked: 0,
    async takeOfDay(_trunk: string, day: string, wanted: number, callsPerDay: number) {
      this.asked++
      if (this.isAway) throw new Error('away')
      const before = taken.get(day) ?? 0
      const granted = Math.min(wanted, callsPerDay - before)
      taken.set(day, before + granted)
      return granted
    },
    async giveBackOfDay(_trunk: string, day: string, calls: number) {
      taken.set(day, (taken.get(day) ?? 0) - calls)
    },
  }
}

function quotaOf(board: ReturnType<typeof dayBook>, clock: FakeClock, callsPerDay: number) {
  return new DayQuota({ trunk: 'a', callsPerDay, board, clock, log: silentLog, refilled: () => {} })
}

async function spendAll(quota: DayQuota, clock: FakeClock): Promise<number> {
  let spent = 0
  await clock.advance(0)
  quota.look()
  await clock.advance(0)
  for (; quota.left > 0; spent++) {
    quota.spend()
    await clock.advance(0)
  }
  return spent
}

it('two nodes together place exactly what the day allows', async () => {
  const clock = new FakeClock()
  const board = dayBook()
  const [one, other] = [quotaOf(board, clock, 170), quotaOf(board, clock, 170)]
  expect((await spendAll(one, clock)) + (await spendAll(other, clock))).toBe(170)
})

it('gives back what it did not use', async () => {
  const clock = new FakeClock()
  const board = dayBook()
  const quota = quotaOf(board, clock, 1000)
  await clock.advance(0)
  quota.spend()
  await quota.close()
  expect([...board.taken.values()]).toEqual([1])
  expect(quota.left).toBe(0)
})

it('begins anew when the day changes in China', async () => {
  const clock = new FakeClock(Date.UTC(2024, 0, 2, 15, 59, 59))
  const quota = quotaOf(dayBook(), clock, 3)
  expect(await spendAll(quota, clock)).toBe(3)
  await clock.advance(1000)
  expect(await spendAll(quota, clock)).toBe(3)
})

it('places nothing while nobody counts, asks once a second, and goes on afterwards', async () => {
  const clock = new FakeClock()
  const board = dayBook()
  board.isAway = true
  const quota = quotaOf(board, clock, 3)
  for (let times = 0; times < 10; times++) expect(await spendAll(quota, clock)).toBe(0)
  expect(board.asked).toBe(1)
  await clock.advance(1000)
  expect([await spendAll(quota, clock), board.asked]).toEqual([0, 2])
  board.isAway = false
  await clock.advance(1000)
  expect(await spendAll(quota, clock)).toBe(3)
})
