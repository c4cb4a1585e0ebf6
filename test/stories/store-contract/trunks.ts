import { describe, expect, it, vi } from 'vitest'
import type { TrunkReport, TrunkShare } from '../../../src/carrier/trunks/ports.ts'
import { type TrunkProfile, usualTrunk } from '../../../src/domain/trunk/trunk-profile.ts'
import type { Store } from '../../../src/store/store.ts'
import { knownTrunks } from '../../../src/store/trunks/known-trunks.ts'
import type { TestNodes } from './bench-of-nodes.ts'

const carrier: TrunkProfile = {
  ...usualTrunk,
  name: 'carrier',
  host: 'sip.carrier.example',
  username: 'company',
  password: 'a spoken secret',
  calledRules: [{ from: '+86', to: '0' }],
  destinations: ['13'],
}

/** A node as far as its shares go: so many calls, and what it was told to come down to. */
function nodeOf(store: Store, profile: TrunkProfile, origin: TrunkReport['origin'] = 'store') {
  const node = { calls: 0, lowered: [] as (TrunkShare | undefined)[] }
  const reports = (): TrunkReport[] => [
    {
      ...{ profile, origin, health: 'up', state: 'free', why: 'it carries calls', registration: undefined },
      calls: node.calls,
      room: 1,
    },
  ]
  const lower = (shares: ReadonlyMap<string, TrunkShare>) => void node.lowered.push(shares.get(profile.name))
  const renew = async () => (await store.trunkBoard.renew({ reports, lower })).get(profile.name)
  return { node, renew }
}

export function trunksContract(nodes: TestNodes): void {
  describe('trunks', () => {
    it('are kept with a sealed password, and every node hears of a change', async () => {
      const [store, other] = [await nodes.open(), await nodes.open()]
      let heard = 0
      other.onDirectoryChange(() => heard++)
      await store.trunks.save(carrier)
      await vi.waitFor(() => expect(heard).toBeGreaterThan(0))
      const { password: _secret, ...visible } = carrier
      expect(await other.trunks.find('carrier')).toEqual({ ...visible, hasPassword: true })
      expect(await other.trunks.profiles()).toEqual([carrier])
      const rows = await nodes.sql('SELECT row_to_json(trunks)::text AS text FROM trunks')
      expect(JSON.stringify(rows)).not.toContain(carrier.password)
    })

    it('keep their password when they are changed without one', async () => {
      const store = await nodes.open()
      await store.trunks.save(carrier)
      const { password: _secret, ...rest } = carrier
      await store.trunks.save({ ...rest, channels: 5 })
      expect(await store.trunks.profiles()).toEqual([{ ...carrier, channels: 5 }])
      await store.trunks.save({ ...carrier, password: '' })
      expect((await store.trunks.find('carrier'))?.hasPassword).toBe(false)
    })

    it('that make no sense are refused, and what is not there cannot be removed', async () => {
      const store = await nodes.open()
      await expect(store.trunks.save({ ...carrier, weight: 0 })).rejects.toThrow('weight')
      await expect(store.trunks.save({ ...carrier, host: 'a b' })).rejects.toThrow('host')
      await expect(store.trunks.remove('carrier')).rejects.toMatchObject({ refusal: 'unknown' })
    })

    it('are shared by nodes that come and go, never above the cap', async () => {
      const profile = { ...carrier, channels: 7, callsPerSecond: 3 }
      const [first, second] = [await nodes.open(), await nodes.open()]
      const [one, other] = [nodeOf(first, profile), nodeOf(second, profile)]
      one.node.calls = 5
      const held = await one.renew()
      expect(held?.channels).toBe(5)
      expect([1, 2]).toContain(held?.callsPerSecond)
      expect(await other.renew()).toEqual({ channels: 2, callsPerSecond: 3 - (held?.callsPerSecond ?? 0) })
      one.node.calls = 0
      const fair = (await one.renew())?.channels ?? 0
      expect([3, 4]).toContain(fair)
      expect(one.node.lowered.at(-1)?.channels).toBe(fair)
      expect((await other.renew())?.channels).toBe(7 - fair)
      await second.close()
      expect(await one.renew()).toEqual({ channels: 7, callsPerSecond: 3 })
    })

    it('renewed by many at once never add up to more than the cap', async () => {
      const profile = { ...carrier, channels: 10 }
      const stores = [await nodes.open(), await nodes.open(), await nodes.open()]
      const all = stores.map((store) => nodeOf(store, profile))
      for (let round = 0; round < 5; round++) {
        for (const { node } of all) node.calls = (round * 3) % 4
        await Promise.all(all.map(({ renew }) => renew()))
        const [row] = await nodes.sql<{ sum: number }>('SELECT sum(channels)::int AS sum FROM trunk_lines')
        expect(row?.sum).toBeLessThanOrEqual(10)
      }
    })

    it('count the calls of a day for all nodes, and take back what was not used', async () => {
      const [one, other] = [(await nodes.open()).trunkBoard, (await nodes.open()).trunkBoard]
      const day = '2024-01-02'
      const taken = await Promise.all(
        Array.from({ length: 30 }, (_, index) => (index % 2 ? one : other).takeOfDay('carrier', day, 7, 100)),
      )
      expect(taken.reduce((sum, calls) => sum + calls, 0)).toBe(100)
      await one.giveBackOfDay('carrier', day, 4)
      expect(await other.takeOfDay('carrier', day, 7, 100)).toBe(4)
      expect(await other.takeOfDay('carrier', '2024-01-03', 7, 100)).toBe(7)
      expect(await other.takeOfDay('carrier', '2024-01-03', 1, 7)).toBe(0)
      // A node whose clock is behind finds the day before as it was.
      expect(await one.takeOfDay('carrier', day, 7, 100)).toBe(0)
      expect(await one.takeOfDay('carrier', '2024-01-04', 7, 100)).toBe(7)
      const kept = await nodes.sql<{ day: string }>("SELECT day FROM trunk_days WHERE trunk = 'carrier' ORDER BY day")
      expect(kept.map((row) => row.day)).toEqual(['2024-01-03', '2024-01-04'])
    })

    it('of the store and of settings are known, with how they stand, to whoever asks', async () => {
      const store = await nodes.open()
      await store.trunks.save(carrier)
      await nodeOf(store, { ...carrier, name: 'settings' }, 'settings').renew()
      const asked = await knownTrunks(store.trunks, store.trunkBoard, nodes.clock)
      expect(asked.map(({ profile: { name }, origin, standings }) => [name, origin, standings.length])).toEqual([
        ['carrier', 'store', 0],
        ['settings', 'settings', 1],
      ])
      expect(JSON.stringify(asked)).not.toContain(carrier.password)
    })
  })
}
