import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { silentLog } from '../../src/lib/log.ts'
import { startUserAgent } from '../../src/sip/user-agent.ts'
import type { IncomingCall, SipUserAgent } from '../../src/sip/user-agent.types.ts'
import { freePort } from '../sockets/ports.ts'
import { targetAt } from './kamailio/registering-end.ts'
import { type Kamailio, startKamailio } from './kamailio/start-kamailio.ts'
import { endOf, fastClock } from './sipp/our-end.ts'
import { agreeing } from './sipp/side-by-side.ts'

/** A session of 90 s is refreshed after 1.5 s. */
const times = 30

let kamailio: Kamailio
let behind: number
const open: SipUserAgent[] = []

beforeAll(async () => {
  behind = await freePort()
  kamailio = await startKamailio({ password: 'secret', behind: { port: behind }, challengesCalls: true })
})
afterEach(async () => {
  for (const agent of open.splice(0)) await agent.close()
})
afterAll(() => kamailio?.stop())

/** An end of ours on fast time, and what it heard. */
async function startEnd(port: number): Promise<{ agent: SipUserAgent; heard: string[] }> {
  const heard: string[] = []
  const agent = await startUserAgent({
    listen: (['udp', 'tcp'] as const).map((transport) => ({ transport, host: '127.0.0.1', port })),
    product: 'Yuyin',
    clock: fastClock(times),
    log: silentLog,
    t1Ms: 500 * times,
    onMessage: ({ direction, summary }) => void (direction === 'received' && heard.push(summary)),
  })
  open.push(agent)
  return { agent, heard }
}

test.each(['udp', 'tcp'] as const)('everything of a call over %s finds its way by the route', async (transport) => {
  const [caller, callee] = [await startEnd(0), await startEnd(behind)]
  const incoming = new Promise<IncomingCall>((resolve) => callee.agent.once('call', resolve))
  const out = caller.agent.invite({
    target: targetAt(kamailio, transport, '13800000000'),
    from: { user: '057128880000' },
    to: { user: '13800000000' },
    offer: 'v=0',
    credentials: { username: '057128880000', password: 'secret' },
    ringTimeoutMs: 30_000 * times,
    reliableProvisional: 'required',
    sessionExpiresSeconds: 90,
  })
  const ended = endOf(out)
  const answered = new Promise<void>((resolve) => void out.once('answered', () => resolve()))
  const early = new Promise<void>((resolve) => void out.once('progress', () => resolve()))
  const offers = agreeing(out, 'v=1')
  const into = await incoming
  agreeing(into, 'v=2')

  into.ring('v=3')
  await early
  // UPDATE both ways before the answer, re-INVITE both ways after it.
  expect(await out.reoffer('early change')).toBe('v=2')
  into.accept('v=3')
  await answered
  expect(await into.reoffer('hold')).toBe('v=1')
  expect(await out.reoffer('resume')).toBe('v=2')
  expect(offers).toEqual(['hold'])
  await expect.poll(() => callee.heard.filter((what) => what === 'UPDATE').length, { timeout: 5_000 }).toBe(2)
  into.hangUp()
  expect(await ended).toEqual({ kind: 'bye', by: 'there' })

  expect(callee.heard.filter((what) => what === 'INVITE' || what === 'PRACK')).toEqual(['INVITE', 'PRACK', 'INVITE'])
  expect(caller.heard).toContain('407 Proxy Authentication Required')
})
