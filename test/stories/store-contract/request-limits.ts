import { describe, expect, it, vi } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import type { SharedLimits } from '../../../src/operations/ports.ts'
import type { Store } from '../../../src/store/store.ts'
import type { TestNodes } from './bench-of-nodes.ts'

function limitsOf(store: Store): SharedLimits {
  if (store.limits === undefined) throw new Error('a node on a database by URL shares its limits')
  return store.limits
}

export function requestLimitsContract(nodes: TestNodes): void {
  describe('request limits', () => {
    it('are handed out once, to two nodes that ask at the same time, and anew in the next second', async () => {
      const both = [limitsOf(await nodes.open()), limitsOf(await nodes.open())]
      const takeAll = async (name: string) => {
        const taken = await Promise.all(Array.from({ length: 40 }, (_, index) => both[index % 2]?.take(name, 7, 100)))
        return taken.reduce((sum, block) => sum + (block?.granted ?? 0), 0)
      }
      const taken = await takeAll('one')
      expect(taken).toBeGreaterThanOrEqual(100)
      // A second may end in between, by the database's clock: then there were two seconds' worth.
      expect(taken).toBeLessThanOrEqual(200)
      await vi.waitFor(async () => expect((await both[0]?.take('one', 1, 100))?.granted).toBe(1))
      expect((await both[1]?.take('two', 200, 100))?.granted).toBe(100)
      const { granted, remainingMs } = (await both[0]?.take('three', 5, 100)) ?? { granted: 0, remainingMs: 0 }
      expect(granted).toBe(5)
      expect(remainingMs).toBeGreaterThan(0)
      expect(remainingMs).toBeLessThanOrEqual(1000)
    })

    it('know how many nodes are alive', async () => {
      const one = limitsOf(await nodes.open())
      expect(one.liveNodes).toBe(1)
      const clock = new FakeClock()
      const second = await nodes.open({ clock })
      expect(limitsOf(second).liveNodes).toBe(2)
      await vi.waitFor(async () => {
        await nodes.clock.advance(2000)
        expect(one.liveNodes).toBe(2)
      })
      await second.close()
      await vi.waitFor(async () => {
        await nodes.clock.advance(2000)
        expect(one.liveNodes).toBe(1)
      })
    })
  })
}
