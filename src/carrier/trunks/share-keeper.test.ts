import { expect, it } from 'vitest'
import { trunkBench } from '../../../fakes/trunk-bench.ts'
import type { SharingNode, TrunkBoard, TrunkShare } from './ports.ts'

/** The store's side: gives what it is told to give. */
class FakeBoard implements TrunkBoard {
  share: TrunkShare | undefined
  isAway = false
  isHung = false
  renewals = 0

  constructor(share: TrunkShare) {
    this.share = share
  }

  async renew(node: SharingNode): Promise<ReadonlyMap<string, TrunkShare>> {
    this.renewals++
    if (this.isHung) return await new Promise<never>(() => {})
    if (this.isAway) throw new Error('the database is away')
    const names = node.reports().map(({ profile }) => profile.name)
    const shares = new Map(this.share === undefined ? [] : names.map((name) => [name, this.share] as const))
    const given = new Map([...shares].flatMap(([name, share]) => (share === undefined ? [] : [[name, share] as const])))
    node.lower(given)
    return given
  }

  async takeOfDay(): Promise<number> {
    return 0
  }

  async giveBackOfDay(): Promise<void> {}
}

const some = { channels: 4, callsPerSecond: 2 }

async function sharing(share: TrunkShare = some) {
  const board = new FakeBoard(share)
  const bench = trunkBench([{ name: 'one', channels: 10, callsPerSecond: 10 }], { board })
  expect(bench.group.capacity()).toBe(0)
  await bench.clock.advance(0)
  return { board, ...bench }
}

it('a trunk of the store takes nothing before the node has its share, and tells soon that it has', async () => {
  const { group, board, clock } = await sharing()
  expect(group.capacity()).toBe(2)
  await clock.advance(50)
  expect(board.renewals).toBe(2)
  await clock.advance(1000)
  expect(board.renewals).toBe(3)
})

it('a smaller share holds at once; a larger one of calls per second when its second is over', async () => {
  const { group, board, clock } = await sharing()
  board.share = { channels: 1, callsPerSecond: 1 }
  await clock.advance(1100)
  expect(group.capacity()).toBe(1)
  board.share = { channels: 10, callsPerSecond: 8 }
  await clock.advance(1000)
  expect(group.capacity()).toBe(1)
  await clock.advance(1000)
  expect(group.capacity()).toBe(8)
})

it.each([
  ['the store is away', { isAway: true }],
  ['the node is taken for dead', { share: undefined }],
])('when %s, the share is used for a while and then no more', async (_why, change) => {
  const { group, board, clock } = await sharing()
  Object.assign(board, change)
  await clock.advance(10_000)
  expect(group.capacity()).toBe(2)
  await clock.advance(10_000)
  expect(group.capacity()).toBe(0)
  board.isAway = false
  board.share = some
  await clock.advance(1000)
  expect(group.capacity()).toBe(2)
})

it('a share is used no more when the store gives no answer at all', async () => {
  const { group, board, clock } = await sharing()
  board.isHung = true
  await clock.advance(10_000)
  expect(group.capacity()).toBe(2)
  await clock.advance(5_000)
  expect(group.capacity()).toBe(0)
})

it('leaves no timer behind', async () => {
  const { group, clock } = await sharing()
  await group.close()
  expect(clock.pendingTimers).toBe(0)
})
