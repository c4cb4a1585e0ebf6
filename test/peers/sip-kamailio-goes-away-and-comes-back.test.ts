import { once } from 'node:events'
import { setTimeout as pauseMs } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { audioOffer } from '../../src/sip/sdp/audio.ts'
import { type RegisteringEnd, startRegisteringEnd, targetAt } from './kamailio/registering-end.ts'
import { type Kamailio, startKamailio } from './kamailio/start-kamailio.ts'
import { endOf } from './sipp/our-end.ts'

const password = 'correct horse'
const number = '057128880000'
const open: { ends: RegisteringEnd[]; kamailios: Kamailio[] } = { ends: [], kamailios: [] }

afterEach(async () => {
  for (const kamailio of open.kamailios.splice(0)) await kamailio.stop()
  for (const { agent, clock } of open.ends.splice(0)) {
    const closing = agent.close()
    // Nobody answers our farewell any more.
    await clock.advance(2_000)
    await closing
  }
})

async function start(options: Partial<Parameters<typeof startKamailio>[0]> = {}): Promise<Kamailio> {
  const kamailio = await startKamailio({ password, ...options })
  open.kamailios.push(kamailio)
  return kamailio
}

async function startEnd(kamailio: Kamailio): Promise<RegisteringEnd> {
  const end = await startRegisteringEnd(kamailio)
  open.ends.push(end)
  return end
}

test('a registrar that is lost is noticed by its connection, and has us again when it is back', async () => {
  const first = await start()
  const { agent, clock } = await startEnd(first)
  const registration = agent.register({
    targets: async () => [targetAt(first, 'tcp')],
    user: number,
    domain: 'carrier.example',
    credentials: { username: number, password },
    keepAliveSeconds: 30,
  })
  await once(registration, 'registered')
  await first.stop()
  while (agent.describe().connections > 0) await pauseMs(5)
  const failed = once(registration, 'failed')
  await clock.advance(0)
  const [{ status, retrySeconds }] = await failed
  expect([status, retrySeconds, registration.state]).toEqual([503, 30, 'waiting'])
  await start({ port: first.port })
  const registered = once(registration, 'registered')
  await clock.advance(retrySeconds * 1000)
  await registered
  expect(registration.describe()).toMatchObject({ state: 'registered', failures: 0, expiresInSeconds: 600 })
})

test('the second registrar takes us when the first has gone, and a wrong password is told as such', async () => {
  const [gone, there] = [await start(), await start()]
  await gone.stop()
  const { agent } = await startEnd(there)
  const register = (secret: string) =>
    agent.register({
      targets: async () => [targetAt(gone, 'tcp'), targetAt(there, 'tls')],
      user: number,
      domain: 'carrier.example',
      credentials: { username: number, password: secret },
    })
  const [{ target }] = await once(register(password), 'registered')
  expect(target).toEqual(targetAt(there, 'tls'))
  const [{ status }] = await once(register('guessed'), 'failed')
  expect(status).toBe(401)
})

test('a next hop that refuses every call says so, and a silent one is given up by this end', async () => {
  const [busy, silent] = [await start({ failsWith: 503 }), await start({ failsWith: 'silence' })]
  const { agent, clock } = await startEnd(busy)
  const invite = (kamailio: Kamailio) =>
    agent.invite({
      target: targetAt(kamailio, 'udp', '110'),
      from: { user: number },
      to: { user: '110' },
      offer: audioOffer({ host: '127.0.0.1', port: 30_000 }),
      ringTimeoutMs: 60_000,
    })
  expect(await endOf(invite(busy))).toMatchObject({ kind: 'refused', status: 503, local: false })
  const given = endOf(invite(silent))
  await clock.advance(32_000)
  expect(await given).toMatchObject({ kind: 'refused', status: 408, local: true })
})

test('a large INVITE reaches kamailio over TCP although it was meant for UDP', async () => {
  const kamailio = await start({ failsWith: 486 })
  const { agent, texts } = await startEnd(kamailio)
  const call = agent.invite({
    target: targetAt(kamailio, 'udp', '110'),
    from: { user: number },
    to: { user: '110' },
    offer: audioOffer({ host: '127.0.0.1', port: 30_000 }),
    headers: [['X-Padding', 'x'.repeat(1300)]],
    ringTimeoutMs: 60_000,
  })
  expect(await endOf(call)).toMatchObject({ kind: 'refused', status: 486 })
  expect(texts.map((text) => /SIP\/2\.0\/(\w+)/.exec(text)?.[1])).toEqual(['TCP', 'TCP', 'TCP'])
})
