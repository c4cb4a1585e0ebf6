import { expect, test } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { silentLog } from '../../lib/log.ts'
import type { SipListener } from '../sip-target.ts'
import { Gatekeeper } from './gatekeeper.ts'

const from = (host: string): SipListener => ({ transport: 'udp', host, port: 5060 })
const trunkOnly = ({ host }: SipListener) => (host === '192.0.2.1' ? 'serve' : 'drop')

/** How many of `count` messages were not refused. */
function heard(gatekeeper: Gatekeeper, host: string, count: number): number {
  return Array.from({ length: count }, () => gatekeeper.judge(from(host))).filter((one) => one !== 'refused').length
}

test('everybody is served without a policy, up to a limit of each', async () => {
  const clock = new FakeClock()
  const gatekeeper = new Gatekeeper({ clock, log: silentLog, mostMessagesPerSecond: 100 })
  expect(gatekeeper.judge(from('192.0.2.1'))).toBe('served')
  expect(heard(gatekeeper, '192.0.2.1', 200)).toBe(99)
  expect(heard(gatekeeper, '192.0.2.2', 200)).toBe(100)
  await clock.advance(500)
  expect(heard(gatekeeper, '192.0.2.1', 200)).toBe(50)
})

test('strangers are told apart, and soon no longer read', () => {
  const gatekeeper = new Gatekeeper({ clock: new FakeClock(), log: silentLog, admit: trunkOnly })
  expect(gatekeeper.judge(from('192.0.2.1'))).toBe('served')
  expect(gatekeeper.judge(from('192.0.2.66'))).toBe('stranger')
  expect(heard(gatekeeper, '192.0.2.66', 1000)).toBe(19)
  expect(heard(gatekeeper, '192.0.2.1', 1000)).toBe(1000)
})

test('a stranger that this end spoke to may connect, and send as much as who is served, for an hour', async () => {
  const clock = new FakeClock()
  const gatekeeper = new Gatekeeper({ clock, log: silentLog, admit: trunkOnly, mostMessagesPerSecond: 1000 })
  gatekeeper.spokeTo(from('192.0.2.7'))
  gatekeeper.spokeTo(from('gateway.example'))
  expect([heard(gatekeeper, '192.0.2.7', 2000), heard(gatekeeper, '192.0.2.66', 2000)]).toEqual([1000, 20])
  expect(gatekeeper.judge(from('192.0.2.7'))).toBe('refused')
  await clock.advance(3_600_000)
  expect(gatekeeper.judge(from('192.0.2.7'))).toBe('stranger')
  const connects = () => gatekeeper.mayConnect({ transport: 'tls', host: '192.0.2.7', port: 40_000 })
  expect(connects()).toBe(true)
  await clock.advance(1)
  expect([heard(gatekeeper, '192.0.2.7', 2000), connects()]).toEqual([20, false])
})

test('a flood of forged sources is told once a minute, in numbers', async () => {
  const clock = new FakeClock()
  const told: unknown[] = []
  const log = { ...silentLog, info: (fields: object) => void told.push(fields) }
  const gatekeeper = new Gatekeeper({ clock, log, admit: trunkOnly })
  const flood = (count: number) => {
    for (let one = 0; one < count; one++) gatekeeper.dropped(from(`198.51.100.${one % 256}`), 'strangers')
  }
  flood(1000)
  expect(told).toEqual([{ transport: 'udp', source: '198.51.100.0', dropped: 1 }])
  await clock.advance(60_000)
  flood(1)
  expect(told.slice(1)).toEqual([{ transport: 'udp', source: '198.51.100.0', dropped: 1000 }])
})

test('connections are for who is admitted, and cost more than messages', async () => {
  const clock = new FakeClock()
  const gatekeeper = new Gatekeeper({ clock, log: silentLog, admit: trunkOnly, mostMessagesPerSecond: 1000 })
  const opened = (host: string, transport: 'tcp' | 'tls', count: number) =>
    Array.from({ length: count }, () => gatekeeper.mayConnect({ transport, host, port: 5060 })).filter((one) => one)
      .length
  expect(opened('192.0.2.66', 'tcp', 10)).toBe(0)
  expect(opened('192.0.2.1', 'tcp', 200)).toBe(100)
  await clock.advance(1000)
  expect(opened('192.0.2.1', 'tls', 200)).toBe(20)
  expect(heard(gatekeeper, '192.0.2.1', 1)).toBe(0)
})

test('what is dropped is counted by reason', () => {
  const gatekeeper = new Gatekeeper({
    clock: new FakeClock(),
    log: silentLog,
    admit: trunkOnly,
    mostMessagesPerSecond: 10,
  })
  heard(gatekeeper, '192.0.2.1', 15)
  heard(gatekeeper, '192.0.2.66', 25)
  gatekeeper.dropped(from('192.0.2.66'), 'strangers')
  gatekeeper.mayConnect({ ...from('192.0.2.66'), transport: 'tls' })
  expect(gatekeeper.drops).toEqual({ strangers: 6, floods: 5, connections: 1 })
})
