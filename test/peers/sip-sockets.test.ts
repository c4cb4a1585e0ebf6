import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as pauseMs } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { FakeClock } from '../../fakes/fake-clock.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { startUserAgent } from '../../src/sip/user-agent.ts'
import type { IncomingCall, SipUserAgent } from '../../src/sip/user-agent.types.ts'
import { expectBrokenOff } from '../sockets/broken-off.ts'
import { listenOnLoopback } from '../sockets/ports.ts'
import { call, endOf, eventsOf, portOf, startOurEnd } from './sipp/our-end.ts'

const open: SipUserAgent[] = []

afterEach(async () => {
  for (const agent of open.splice(0)) await agent.close()
})

/** Two of our ends on real sockets; the callee answers and waits. */
async function pair(host: string) {
  const [caller, callee] = [await startOurEnd(50, host), await startOurEnd(50, host)]
  open.push(caller, callee)
  const incoming: IncomingCall[] = []
  callee.on('call', (one) => {
    incoming.push(one)
    one.ring()
    one.accept('v=0')
  })
  return { caller, callee, incoming }
}

describe.each(['127.0.0.1', '::1'])('on %s', (host) => {
  test.each(['udp', 'tcp'] as const)(
    'a call over %s is made, answered and hung up from either end',
    async (transport) => {
      const { caller, callee, incoming } = await pair(host)
      const target = { user: '1', host, port: portOf(callee, transport), transport }
      const first = call(caller, 0, { target })
      const events = eventsOf(first)
      first.on('answered', () => first.hangUp())
      expect(await endOf(first)).toEqual({ kind: 'bye', by: 'here' })
      expect(events).toEqual(['progress 180', 'answered with SDP', 'ended bye'])

      const second = call(caller, 0, { target })
      second.on('answered', () => incoming[1]?.hangUp())
      expect(await endOf(second)).toEqual({ kind: 'bye', by: 'there' })
      expect(incoming[1]?.request.source).toMatchObject({ transport, host })
    },
  )
})

test('calls of one pair share one TCP connection each way', async () => {
  const { caller, callee } = await pair('127.0.0.1')
  const target = { user: '1', host: '127.0.0.1', port: portOf(callee, 'tcp'), transport: 'tcp' as const }
  for (let turn = 0; turn < 5; turn++) {
    const out = call(caller, 0, { target })
    out.on('answered', () => out.hangUp())
    await endOf(out)
  }
  expect(caller.describe().connections).toBe(1)
  expect(callee.describe().connections).toBe(1)
})

test('a port where nobody listens fails the call at once over TCP', async () => {
  const caller = await startOurEnd()
  open.push(caller)
  const server = createServer()
  const port = await listenOnLoopback(server)
  server.close()
  await once(server, 'close')
  const end = await endOf(call(caller, 0, { target: { host: '127.0.0.1', port, transport: 'tcp' } }))
  expect(end.kind).toBe('failed')
  expect(caller.describe().clientTransactions).toBe(0)
})

test('a stream gets its pong, and is closed when it turns to noise', async () => {
  const agent = await startOurEnd()
  open.push(agent)
  const socket = connect({ host: '127.0.0.1', port: portOf(agent, 'tcp') })
  socket.write('\r\n\r\n')
  const [pong] = await once(socket, 'data')
  expect(String(pong)).toBe('\r\n')
  socket.write('OPTIONS sip:a@127.0.0.1 SIP/2.0\r\nContent-Length: x\r\n\r\n')
  await once(socket, 'close')
})

test('an address that is taken is an error of the start, and leaves nothing bound', async () => {
  const first = await startOurEnd()
  open.push(first)
  const listen = [
    { transport: 'tcp' as const, host: '127.0.0.1', port: 0 },
    { transport: 'udp' as const, host: '127.0.0.1', port: portOf(first) },
  ]
  const starting = startUserAgent({ listen, product: 'Yuyin', clock: systemClock, log: silentLog })
  await expect(starting).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

test('a held connection is pinged, and given up when a far end that answered pings falls silent', async () => {
  const clock = new FakeClock()
  const server = createServer()
  const port = await listenOnLoopback(server)
  const agent = await startUserAgent({
    listen: [{ transport: 'tcp', host: '127.0.0.1', port: 0 }],
    product: 'Yuyin',
    clock,
    log: silentLog,
  })
  open.push(agent)
  const accepted = once(server, 'connection')
  const registration = agent.register({
    targets: async () => [{ host: '127.0.0.1', port, transport: 'tcp' }],
    user: '100',
    keepAliveSeconds: 30,
  })
  const [socket] = await accepted
  const [register] = await once(socket, 'data')
  const copied = String(register).match(/^(Via|From|To|Call-ID|CSeq|Contact): .*$/gm) ?? []
  const registered = once(registration, 'registered')
  socket.write(['SIP/2.0 200 OK', ...copied, 'Content-Length: 0', '', ''].join('\r\n'))
  await registered
  const ping = once(socket, 'data')
  await clock.advance(30_000)
  expect(String(await ping)).toBe('\r\n\r\n')
  // The answer has arrived once the message behind it is answered.
  const answered = once(socket, 'data')
  const probe = ['Via: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK1', 'From: <sip:a@b>;tag=1', 'To: <sip:b>', 'Call-ID: 1']
  socket.write('\r\n')
  socket.write(['OPTIONS sip:b SIP/2.0', ...probe, 'CSeq: 1 OPTIONS', 'Content-Length: 0', '', ''].join('\r\n'))
  await answered
  const closed = once(socket, 'close')
  await clock.advance(40_000)
  await closed
  expect(agent.describe().connections).toBe(0)
  server.close()
})

test('one address gets 512 connections, and a connection that says nothing is closed after half a minute', async () => {
  const clock = new FakeClock()
  const agent = await startUserAgent({
    listen: [{ transport: 'tcp', host: '127.0.0.1', port: 0 }],
    product: 'Yuyin',
    clock,
    log: silentLog,
    mostMessagesPerSecond: 1_000_000,
  })
  open.push(agent)
  const sockets = Array.from({ length: 520 }, () => connect({ host: '127.0.0.1', port: portOf(agent, 'tcp') }))
  const closed = (count: number) =>
    new Promise<void>((resolve) => {
      let left = count
      for (const socket of sockets) socket.on('error', expectBrokenOff).once('close', () => --left === 0 && resolve())
    })
  await closed(8)
  expect(agent.describe().connections).toBe(512)
  const others = closed(512)
  // A line break is no message.
  for (const socket of sockets) socket.write('\r\n')
  await clock.advance(32_000)
  await others
  expect(agent.describe().connections).toBe(0)
})

test('a far end that has gone without a word is called over a new connection', async () => {
  const clock = new FakeClock()
  const server = createServer()
  const sockets: Socket[] = []
  server.on('connection', (socket) => sockets.push(socket.on('error', expectBrokenOff).resume()))
  const port = await listenOnLoopback(server)
  const listen = [{ transport: 'tcp' as const, host: '127.0.0.1', port: 0 }]
  const agent = await startUserAgent({ listen, product: 'Yuyin', clock, log: silentLog })
  open.push(agent)
  const target = { host: '127.0.0.1', port, transport: 'tcp' as const }
  const first = agent.options(target)
  while (sockets.length < 1) await once(server, 'connection')
  await clock.advance(32_000)
  expect(await first).toMatchObject({ status: 408 })
  const again = once(server, 'connection')
  const second = agent.options(target)
  await again
  while (agent.describe().connections > 1) await pauseMs(5)
  await clock.advance(32_000)
  expect(await second).toMatchObject({ status: 408 })
  server.close()
  for (const socket of sockets) socket.destroy()
})
