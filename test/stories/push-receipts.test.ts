import http from 'node:http'
import type net from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { FakeClock } from '../../fakes/fake-clock.ts'
import { MemoryPushes } from '../../fakes/memory-pushes.ts'
import { createEventBus } from '../../src/events/event-bus.ts'
import { silentLog } from '../../src/lib/log.ts'
import { PushDelivery } from '../../src/receipts/push-delivery.ts'
import { createPushExchange } from '../../src/receipts/push-exchange.ts'
import { listenOnLoopback } from '../sockets/ports.ts'

interface Received {
  readonly type: string | undefined
  readonly receipts: unknown
}

type Reply = (response: http.ServerResponse, socket: net.Socket) => void

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const taken: Reply = (response) => void response.end('{"code":0,"msg":"ok"}')

/** A receiver on loopback that answers each POST with `reply`, which a test may change. */
async function receiver(reply: Reply) {
  const received: Received[] = []
  const sockets = new Set<net.Socket>()
  const self = { url: '', received, sockets, reply }
  const server = http.createServer((request, response) => {
    sockets.add(request.socket)
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      received.push({ type: request.headers['content-type'], receipts: text === '' ? undefined : JSON.parse(text) })
      self.reply(response, request.socket)
    })
  })
  const port = await listenOnLoopback(server)
  closing.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  self.url = `http://127.0.0.1:${port}/receipts?key=a%20b`
  return self
}

function house(allowed: readonly string[] = ['127.0.0.0/8']) {
  const clock = new FakeClock()
  const outbox = new MemoryPushes(clock)
  const bus = createEventBus()
  const exchange = createPushExchange({ allow: allowed, clock })
  const delivery = new PushDelivery({ outbox, exchange, bus, clock, log: silentLog })
  const add = (url: string, ...callIds: string[]) => {
    for (const callId of callIds) {
      const body = `{"call_id":"${callId}","status_msg":"用户听完语音"}`
      outbox.add({ accountId: '1000000001', messageType: 'VoiceReport', callId, url, body })
    }
  }
  closing.unshift(async () => {
    const stopped = delivery.close()
    await clock.advance(700) // for those who never answer
    await stopped
  })
  const errors = () => outbox.attempts.flatMap(({ settlements, error }) => settlements.map(() => error ?? 'delivered'))
  return { clock, outbox, delivery, add, errors }
}

/** Waits, with the clock standing still, for something that real sockets bring. */
const until = (assertion: () => void) => vi.waitFor(assertion, { timeout: 10_000, interval: 5 })

describe('receipts pushed to real receivers', () => {
  it('arrive as a JSON array and are done when the answer has a numeric code', async () => {
    const good = await receiver(taken)
    const { outbox, delivery, add } = house()
    add(good.url, 'a', 'b')
    delivery.start()
    await until(() => expect(outbox.delivered).toHaveLength(2))
    expect(good.received).toEqual([
      {
        type: 'application/json;charset=UTF-8',
        receipts: [
          { call_id: 'a', status_msg: '用户听完语音' },
          { call_id: 'b', status_msg: '用户听完语音' },
        ],
      },
    ])
  })

  it('come in batches of fifty over a few kept connections', async () => {
    const good = await receiver(taken)
    const { outbox, delivery, add } = house()
    add(good.url, ...Array.from({ length: 1_000 }, (_, index) => `call-${index}`))
    delivery.start()
    await until(() => expect(outbox.delivered).toHaveLength(1_000))
    expect(good.received).toHaveLength(20)
    expect(good.sockets.size).toBeLessThanOrEqual(4)
  })

  it.each<[string, Reply, string]>([
    ['a status that is not 200', (response) => void response.writeHead(503).end('{"code":0}'), 'HTTP 503'],
    ['a created', (response) => void response.writeHead(201).end('{"code":0}'), 'HTTP 201'],
    [
      'a redirect, which is not followed',
      (response) => void response.writeHead(302, { location: '/elsewhere' }).end(),
      'HTTP 302',
    ],
    ['an answer that is not JSON', (response) => void response.end('success'), 'the answer has no numeric code'],
    ['a code that is text', (response) => void response.end('{"code":"0"}'), 'the answer has no numeric code'],
    [
      'an answer without end',
      (response) => {
        response.writeHead(200)
        response.on('drain', () => response.write('x'.repeat(50_000)))
        response.write('x'.repeat(70_000))
      },
      'answer over 65536 bytes',
    ],
    ['a connection cut in the middle', (_response, socket) => void socket.destroy(), 'ECONNRESET'],
  ])('are tried again after %s', async (_name, reply, error) => {
    const bad = await receiver(reply)
    const { clock, outbox, delivery, add, errors } = house()
    add(bad.url, 'a')
    delivery.start()
    await until(() => expect(errors()).toEqual([error]))
    bad.reply = taken
    await clock.advance(60_000)
    await until(() => expect(outbox.delivered).toHaveLength(1))
    expect(bad.received).toHaveLength(2)
  })

  it('are tried again after 1, 5 and 10 minutes when no answer comes within 700 ms', async () => {
    const silent = await receiver(() => {})
    const { clock, outbox, delivery, add, errors } = house()
    add(silent.url, 'a')
    delivery.start()
    for (const [attempt, pauseMs] of [60_000, 300_000, 600_000, 0].entries()) {
      await until(() => expect(silent.received).toHaveLength(attempt + 1))
      await clock.advance(699)
      expect(errors()).toHaveLength(attempt)
      await clock.advance(1)
      await until(() => expect(errors()).toHaveLength(attempt + 1))
      await clock.advance(pauseMs + 300) // to the full second, when the poll comes
    }
    expect(new Set(errors())).toEqual(new Set(['no answer within 700 ms']))
    expect(outbox.givenUp).toHaveLength(1)
    expect(outbox.left).toBe(0)
  })

  it('reach a good receiver while another one is silent and a third one is gone', async () => {
    const [good, silent, gone] = [await receiver(taken), await receiver(() => {}), await receiver(taken)]
    await closing.pop()?.()
    const { outbox, delivery, add, errors } = house()
    add(silent.url, ...Array.from({ length: 2_000 }, (_, index) => `silent-${index}`))
    add(gone.url, 'gone')
    add(good.url, ...Array.from({ length: 200 }, (_, index) => `good-${index}`))
    delivery.start()
    await until(() => expect(outbox.delivered).toHaveLength(200))
    await until(() => expect(errors()).toContain('ECONNREFUSED'))
    expect(good.received).toHaveLength(4)
    expect(silent.received.length).toBeLessThanOrEqual(4)
  })

  it('go out on a new connection when the kept one was closed meanwhile', async () => {
    const good = await receiver(taken)
    const { clock, outbox, delivery, add } = house()
    add(good.url, 'a')
    delivery.start()
    await until(() => expect(outbox.delivered).toHaveLength(1))
    for (const socket of good.sockets) socket.destroy()
    add(good.url, 'b')
    await clock.advance(1_000)
    await until(() => expect(outbox.delivered).toHaveLength(2))
    expect(good.sockets.size).toBe(2)
  })

  it('never reach an address of this host unless the operator allows it', async () => {
    const inside = await receiver(taken)
    const { delivery, add, errors } = house([])
    add(inside.url, 'a')
    add(inside.url.replace('127.0.0.1', 'localhost'), 'b')
    add('not a url', 'c')
    delivery.start()
    await until(() => expect(errors()).toHaveLength(3))
    expect([...errors()].sort()).toEqual([
      'the push URL cannot be read',
      'the push URL leads to an address that is not allowed (see the setting of allowed networks)',
      'the push URL leads to an address that is not allowed (see the setting of allowed networks)',
    ])
    expect(inside.received).toEqual([])
  })

  it('connect to the address that was checked, whatever the name says the next time', async () => {
    const good = await receiver(taken)
    const answers = [[{ address: '127.0.0.1', family: 4 }], [{ address: '169.254.169.254', family: 4 }]]
    const clock = new FakeClock()
    const exchange = createPushExchange({
      allow: ['127.0.0.0/8'],
      clock,
      resolve: async () => answers.shift() ?? [],
    })
    closing.unshift(async () => exchange.close())
    const named = good.url.replace('127.0.0.1', 'receiver.test')
    expect(await exchange.post(named, '[]')).toMatchObject({ error: undefined, status: 200 })
    expect(await exchange.post(named, '[]')).toMatchObject({ error: expect.any(String), status: undefined })
    expect(good.received).toHaveLength(1)
  })
})
