import { expect, it } from 'vitest'
import { FakeClock } from '../fakes/fake-clock.ts'
import { stunServer } from '../fakes/stun-server.ts'
import { readConfig } from './config.ts'
import { openExternalAddress } from './external-address.ts'
import { Closing } from './lib/closing.ts'
import { silentLog } from './lib/log.ts'
import { ConfigError } from './setting.ts'

async function open(flags: Record<string, string>) {
  const [clock, closing] = [new FakeClock(), new Closing()]
  const config = readConfig({
    file: '/nonexistent/yuyin.yaml',
    environment: {},
    flags: { sipHost: '127.0.0.1', ...flags },
  })
  const external = await openExternalAddress(config, { clock, log: silentLog }, closing)
  const told: string[] = []
  external.onChange((host) => told.push(host))
  return { clock, closing, external, told }
}

it('is what the setting says, and nobody is asked', async () => {
  const server = await stunServer(4000)
  const stunServers = `127.0.0.1:${server.port}`
  const { external, clock } = await open({ advertisedHost: '203.0.113.7', stunServers })
  expect(external.host).toBe('203.0.113.7')
  expect([server.questions, clock.pendingTimers]).toEqual([0, 0])
})

it('is none without a setting and a server', async () => {
  expect((await open({})).external.host).toBeUndefined()
})

it('is what the server sees, and told when that changes, until the node closes', async () => {
  const server = await stunServer(4000)
  const { external, told, clock, closing } = await open({ stunServers: `127.0.0.1:${server.port}` })
  expect([external.host, told]).toEqual(['192.0.2.1', []])
  server.sees = '198.51.100.7'
  const laterTold = async () => {
    await clock.advance(300_000)
    return told
  }
  await expect.poll(laterTold).toEqual(['198.51.100.7'])
  expect(external.host).toBe('198.51.100.7')
  await closing.close()
  await expect.poll(() => clock.pendingTimers).toBe(0)
})

it('cannot be asked of something that is no server', async () => {
  await expect(open({ stunServers: 'http://stun.example' })).rejects.toBeInstanceOf(ConfigError)
})
