import { expect, it } from 'vitest'
import { FakeClock } from '../fakes/fake-clock.ts'
import { FakeUserAgent } from '../fakes/fake-sip.ts'
import { FakeLeg } from '../fakes/fake-trunk.ts'
import { readConfig } from './config.ts'
import { type TrunkProfile, usualTrunk } from './domain/trunk/trunk-profile.ts'
import { Closing } from './lib/closing.ts'
import { silentLog } from './lib/log.ts'
import { admitHosts } from './sip/admit-hosts.ts'
import { openTrunks } from './trunks.ts'

const trunk = (name: string, host: string): TrunkProfile => ({ ...usualTrunk, name, host, destinations: ['*'] })

/** A store whose trunks the test changes; `hold` makes its reads wait. */
function makeStore() {
  const listeners = new Set<() => void>()
  const held: (() => void)[] = []
  const store = {
    stored: [trunk('one', '192.0.2.1')],
    reads: 0,
    isHeld: false,
    trunks: {
      async profiles() {
        store.reads++
        const read = store.stored
        if (store.isHeld) await new Promise<void>((resolve) => held.push(resolve))
        return read
      },
    },
    trunkBoard: { renew: async () => new Map(), takeOfDay: async () => 0, giveBackOfDay: async () => {} },
    onDirectoryChange(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    /** The trunks are these now, and whoever listens hears it. */
    change(...stored: TrunkProfile[]) {
      store.stored = stored
      for (const listener of listeners) listener()
    },
    letRead() {
      store.isHeld = false
      for (const read of held.splice(0)) read()
    },
  }
  return store
}

async function open(flags: Record<string, string> = {}) {
  const [clock, closing, store] = [new FakeClock(), new Closing(), makeStore()]
  const admitted = admitHosts({ servesLoopback: false })
  const config = readConfig({ file: '/nonexistent/yuyin.yaml', environment: {}, flags })
  const makeLeg = () => new FakeLeg({ callId: '1^1', to: '13900000000', from: '' })
  const parts = { agent: new FakeUserAgent(), makeLeg, admitted, phones: undefined, store, clock, log: silentLog }
  const group = await openTrunks(config, parts, closing)
  await clock.advance(0)
  const names = () => group.reports().map(({ profile }) => profile.name)
  const serves = (host: string) => admitted.admit({ transport: 'udp', host, port: 5060 }) === 'serve'
  return { clock, closing, store, group, names, serves }
}

it('trunks follow the store, and their next hops are heard', async () => {
  const { clock, closing, store, names, serves } = await open({ trunkHost: '192.0.2.9', trunkAllow: '*' })
  expect(names()).toEqual(['settings', 'one'])
  expect(['192.0.2.9', '192.0.2.1', '192.0.2.2'].filter(serves)).toEqual(['192.0.2.9', '192.0.2.1'])
  store.change(trunk('two', '192.0.2.2'))
  await clock.advance(0)
  expect(names()).toEqual(['settings', 'two'])
  expect(serves('192.0.2.2')).toBe(true)
  await closing.close()
  expect(clock.pendingTimers).toBe(0)
})

it('many changes while the trunks are read are one more read, and the last one counts', async () => {
  const { clock, closing, store, names } = await open()
  const before = store.reads
  store.isHeld = true
  store.change(trunk('two', '192.0.2.2'))
  store.change(trunk('three', '192.0.2.3'))
  store.change(trunk('four', '192.0.2.4'))
  store.letRead()
  await clock.advance(0)
  expect(names()).toEqual(['four'])
  expect(store.reads - before).toBe(2)
  await closing.close()
})

it('a node that closes while the trunks are read leaves none of them open', async () => {
  const { clock, closing, store } = await open()
  store.isHeld = true
  store.change(trunk('two', '192.0.2.2'))
  const closed = closing.close()
  await clock.advance(0)
  store.letRead()
  await closed
  await clock.advance(0)
  expect(clock.pendingTimers).toBe(0)
})

it('a store that cannot be read leaves the trunks as they are', async () => {
  const { clock, closing, store, names } = await open()
  const { profiles } = store.trunks
  store.trunks.profiles = () => Promise.reject(new Error('the database is away'))
  store.change()
  await clock.advance(0)
  expect(names()).toEqual(['one'])
  store.trunks.profiles = profiles
  store.change(trunk('two', '192.0.2.2'))
  await clock.advance(0)
  expect(names()).toEqual(['two'])
  await closing.close()
})
