import { describe, expect, it } from 'vitest'
import type { Call } from '../../../src/domain/call/call.ts'
import type { Store } from '../../../src/store/store.ts'
import type { TestNodes } from './bench-of-nodes.ts'
import { accountId, newCall, newGuard, recordFor } from './samples.ts'

const idsOf = (calls: readonly Call[]) => calls.map((call) => call.callId)
const orphansOf = async (store: Store) => (await store.calls.orphans()).map(({ call }) => call)

async function acceptAll(store: Store, calls: readonly Call[]): Promise<void> {
  await Promise.all(calls.map((call) => store.calls.accept(call, newGuard())))
}

export function diallingContract(nodes: TestNodes): void {
  describe('claiming', () => {
    it('hands out codes first, then notifications, the oldest first', async () => {
      const store = await nodes.open()
      const late = newCall({ acceptedAt: 3000 })
      const notification = newCall({ product: 'notification', acceptedAt: 1000 })
      const early = newCall({ acceptedAt: 2000 })
      await acceptAll(store, [late, notification, early])
      expect(await store.calls.claim(2)).toEqual([early, late])
      expect(await store.calls.claim(2)).toEqual([notification])
      expect(await store.calls.claim(2)).toEqual([])
      expect(await store.calls.claim(0)).toEqual([])
    })

    it('never hands out a call twice, to two nodes that claim at once', async () => {
      const both = [await nodes.open(), await nodes.open()] as const
      const calls = Array.from({ length: 400 }, () => newCall())
      await acceptAll(both[0], calls)
      const claims = Array.from({ length: 30 }, (_, index) => both[index % 2 === 0 ? 0 : 1].calls.claim(20))
      const claimed = (await Promise.all(claims)).flatMap(idsOf)
      for (let rest = await both[0].calls.claim(50); rest.length > 0; rest = await both[0].calls.claim(50)) {
        claimed.push(...idsOf(rest))
      }
      expect(claimed.sort()).toEqual(idsOf(calls).sort())
    })

    it('is on disk as an attempt of the node', async () => {
      const store = await nodes.open()
      await acceptAll(store, [newCall()])
      await store.calls.claim(1)
      expect(await nodes.sql('SELECT state, node_id, attempted_at FROM calls')).toEqual([
        { state: 'dialling', node_id: store.nodeId, attempted_at: String(nodes.clock.now()) },
      ])
    })

    it('is announced for calls accepted here at once, and once a second for those of others', async () => {
      const store = await nodes.open()
      let rings = 0
      const takeOff = store.calls.onAccepted(() => {
        rings++
      })
      await store.calls.accept(newCall(), newGuard())
      expect(rings).toBe(1)
      await nodes.clock.advance(1000)
      expect(rings).toBe(2)
      takeOff()
      await nodes.clock.advance(1000)
      expect(rings).toBe(2)
    })
  })

  describe('expiring', () => {
    it('takes what waited too long for its product, and nothing else; it is never dialled', async () => {
      const store = await nodes.open()
      const old = newCall({ acceptedAt: 1000 })
      const young = newCall({ acceptedAt: 2000 })
      const other = newCall({ acceptedAt: 1000, product: 'notification' })
      await acceptAll(store, [old, young, other])
      expect(await store.calls.expire('verification', 2000)).toEqual([old])
      expect(await store.calls.expire('verification', 2000)).toEqual([])
      expect(idsOf(await store.calls.claim(10))).toEqual([young.callId, other.callId])
    })
  })

  describe('calls of a dead node', () => {
    const silence = (store: Store) =>
      nodes.sql(`UPDATE nodes SET heartbeat_at = clock_timestamp() - interval '31 seconds' WHERE node_id = $1`, [
        store.nodeId,
      ])

    it('are given to one other node, once; those of a living node are not', async () => {
      const [dead, living, heir] = [await nodes.open(), await nodes.open(), await nodes.open()]
      const calls = [newCall(), newCall(), newCall()]
      await acceptAll(dead, calls)
      const taken = await dead.calls.claim(2)
      await living.calls.claim(1)
      expect(await orphansOf(heir)).toEqual([])
      await silence(dead)
      const shares = await Promise.all([orphansOf(heir), orphansOf(living)])
      expect(idsOf(shares.flat()).sort()).toEqual(idsOf(taken).sort())
      expect(await orphansOf(heir)).toEqual([])
      expect(await heir.calls.claim(10)).toEqual([])
    })

    it('are free at once when the node signed out', async () => {
      const [leaving, heir] = [await nodes.open(), await nodes.open()]
      const call = newCall()
      await acceptAll(leaving, [call])
      await leaving.calls.claim(1)
      await leaving.close()
      expect(await orphansOf(heir)).toEqual([call])
    })

    it('that comes back cannot write a second record', async () => {
      const [paused, heir] = [await nodes.open(), await nodes.open()]
      const call = newCall()
      await acceptAll(paused, [call])
      await paused.calls.claim(1)
      await silence(paused)
      await orphansOf(heir)
      const closed = recordFor(call, { outcome: 'systemError', statusCode: '999999' })
      await heir.outbox.finish(closed, [])
      await paused.outbox.finish(recordFor(call), [])
      expect(await heir.records.find(accountId, call.callId)).toEqual({ call, record: closed })
      expect(await orphansOf(heir)).toEqual([])
    })

    it('include those whose claim this node never learned of', async () => {
      const store = await nodes.open()
      const [held, lost] = [newCall({ acceptedAt: 1 }), newCall({ acceptedAt: 2 })]
      await acceptAll(store, [held, lost])
      await store.calls.claim(1)
      await nodes.sql(`UPDATE calls SET state = 'dialling', node_id = $1, attempted_at = $2 WHERE call_id = $3`, [
        store.nodeId,
        nodes.clock.now(),
        lost.callId,
      ])
      expect(await orphansOf(store)).toEqual([])
      await nodes.clock.advance(61_000)
      expect(await orphansOf(store)).toEqual([lost])
      expect(await orphansOf(store)).toEqual([])
    })
  })
}
