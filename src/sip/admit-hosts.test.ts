import { expect, test } from 'vitest'
import { FakeClock } from '../../fakes/fake-clock.ts'
import { silentLog } from '../lib/log.ts'
import { admitHosts } from './admit-hosts.ts'

const from = (host: string) => ({ transport: 'udp' as const, host, port: 5060 })

test('addresses are served however they are written; others, and loopback, only when asked for', async () => {
  const parts = { clock: new FakeClock(), log: silentLog }
  const hosts = ['192.0.2.1', '2001:DB8:0:0::1']
  const { admit } = await admitHosts({ hosts, servesLoopback: false, ...parts })
  expect(['192.0.2.1', '2001:db8::1', '192.0.2.2', '127.0.0.1', '::1'].map((host) => admit(from(host)))).toEqual([
    'serve',
    'serve',
    'drop',
    'drop',
    'drop',
  ])
  const dev = await admitHosts({ hosts: [], servesLoopback: true, ...parts })
  expect(['127.0.0.1', '127.9.9.9', '::1', '192.0.2.1'].map((host) => dev.admit(from(host)))).toEqual([
    'serve',
    'serve',
    'serve',
    'drop',
  ])
})

test('a name is looked up every minute, and keeps its addresses while it cannot be', async () => {
  const clock = new FakeClock()
  const answers: (readonly string[] | Error)[] = [['192.0.2.1', '192.0.2.2'], new Error('no answer'), ['192.0.2.3']]
  const resolve = async () => {
    const answer = answers.shift() ?? []
    if (answer instanceof Error) throw answer
    return answer
  }
  const hosts = ['sbc.example.com']
  const { admit, close } = await admitHosts({ hosts, servesLoopback: false, clock, log: silentLog, resolve })
  const served = () => ['192.0.2.1', '192.0.2.2', '192.0.2.3'].filter((host) => admit(from(host)) === 'serve')
  expect(served()).toEqual(['192.0.2.1', '192.0.2.2'])
  await clock.advance(60_000)
  expect(served()).toEqual(['192.0.2.1', '192.0.2.2'])
  await clock.advance(60_000)
  expect(served()).toEqual(['192.0.2.3'])
  close()
  expect(clock.pendingTimers).toBe(0)
})
