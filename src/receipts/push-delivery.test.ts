import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../fakes/fake-clock.ts'
import { MemoryPushes } from '../../fakes/memory-pushes.ts'
import { createEventBus } from '../events/event-bus.ts'
import { silentLog } from '../lib/log.ts'
import { PushDelivery } from './push-delivery.ts'
import type { PushAnswer, PushExchange } from './push-exchange.ts'

interface Post {
  readonly at: number
  readonly url: string
  readonly body: string
  readonly secret: string | undefined
  answer(answer: PushAnswer): void
}

const minuteMs = 60_000
const accepted: PushAnswer = { error: undefined, status: 200, text: '{"code":0}', latencyMs: 3 }
const failed: PushAnswer = { error: 'HTTP 503', status: 503, text: 'down', latencyMs: 3 }

/** A delivery whose receivers are the test: each POST waits for its answer, unless `reply` gives one. */
function house(reply?: (url: string) => PushAnswer | undefined) {
  const clock = new FakeClock()
  const outbox = new MemoryPushes(clock)
  const bus = createEventBus()
  const posts: Post[] = []
  const lines: string[] = []
  const say = (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`)
  const log = { ...silentLog, warn: say, info: say, error: say }
  const exchange: PushExchange = {
    post: (url, body, secret) =>
      new Promise((resolve) => {
        posts.push({ at: clock.now(), url, body, secret, answer: resolve })
        const answer = reply?.(url)
        if (answer !== undefined) resolve(answer)
      }),
    close() {},
  }
  const delivery = new PushDelivery({ outbox, exchange, bus, clock, log })
  const add = (callId: string, url = 'http://good.test/', messageType = 'VoiceReport') => {
    outbox.add({ accountId: '1000000001', messageType, callId, url, body: `{"call_id":"${callId}"}` })
  }
  return { clock, outbox, bus, posts, lines, delivery, add }
}

describe('PushDelivery', () => {
  it('sends what is due as one JSON array per account, type and URL', async () => {
    const { clock, outbox, posts, delivery, add } = house(() => accepted)
    add('a')
    add('b')
    add('c', 'http://good.test/', 'VoiceCallReport')
    add('d', 'http://other.test/')
    delivery.start()
    await clock.advance(0)
    expect(posts.map(({ url, body }) => [url, body])).toEqual([
      ['http://good.test/', '[{"call_id":"a"},{"call_id":"b"}]'],
      ['http://good.test/', '[{"call_id":"c"}]'],
      ['http://other.test/', '[{"call_id":"d"}]'],
    ])
    expect(outbox.delivered).toHaveLength(4)
    await delivery.close()
    expect(clock.pendingTimers).toBe(0)
  })

  it('sends at most fifty in one array', async () => {
    const { clock, posts, delivery, add } = house(() => accepted)
    for (let index = 0; index < 120; index++) add(`call-${index}`)
    delivery.start()
    await clock.advance(0)
    expect(posts.map(({ body }) => JSON.parse(body).length)).toEqual([50, 50, 20])
  })

  it('tries again after 1, 5 and 10 minutes, then gives up', async () => {
    const { clock, outbox, posts, delivery, add } = house(() => failed)
    add('a')
    const start = clock.now()
    delivery.start()
    await clock.advance(24 * 60 * minuteMs)
    expect(posts.map(({ at }) => at - start)).toEqual([0, 1 * minuteMs, 6 * minuteMs, 16 * minuteMs])
    expect(outbox.givenUp).toMatchObject([{ callId: 'a', attempts: 4 }])
    expect(delivery.statistics()).toEqual({ inHand: 0, delivered: 0, failedAttempts: 4, givenUp: 1 })
  })

  it('does not try again after a success', async () => {
    let well = false
    const { clock, outbox, posts, delivery, lines, add } = house(() => (well ? accepted : failed))
    add('a')
    delivery.start()
    await clock.advance(30_000)
    well = true
    await clock.advance(60 * minuteMs)
    expect(posts).toHaveLength(2)
    expect(outbox.delivered).toMatchObject([{ callId: 'a', attempts: 2 }])
    expect(lines.map((one) => one.split(' {')[0])).toEqual(['push target fails', 'push target answers again'])
  })

  it('sends what is queued while it runs within a tenth of a second', async () => {
    const { clock, bus, posts, delivery, add } = house(() => accepted)
    delivery.start()
    await clock.advance(10)
    add('a')
    bus.emit('receipts.queued', { queues: [] })
    bus.emit('receipts.queued', { queues: [] })
    await clock.advance(100)
    expect(posts).toHaveLength(1)
  })

  it('keeps the receipts of a call in order, others pass', async () => {
    const { clock, bus, posts, delivery, add } = house()
    add('a')
    delivery.start()
    await clock.advance(0)
    add('a')
    add('b')
    bus.emit('receipts.queued', { queues: [] })
    await clock.advance(100)
    expect(posts.map((one) => one.body)).toEqual(['[{"call_id":"a"}]', '[{"call_id":"b"}]'])
    posts[0]?.answer(accepted)
    await clock.advance(100)
    expect(posts[2]?.body).toBe('[{"call_id":"a"}]')
  })

  it('lets no receipt of a call overtake one that is to be tried again', async () => {
    let well = false
    const { clock, bus, posts, outbox, delivery, add } = house(() => (well ? accepted : failed))
    const more = (callId: string, messageType?: string) => {
      add(callId, 'http://good.test/', messageType)
      bus.emit('receipts.queued', { queues: [] })
    }
    add('a', 'http://good.test/', 'VoiceCallReport')
    delivery.start()
    await clock.advance(30_000)
    well = true
    more('a')
    more('b')
    await clock.advance(29_000)
    expect(posts.slice(1).map((one) => one.body)).toEqual(['[{"call_id":"b"}]'])
    await clock.advance(2_000)
    expect(outbox.delivered.map((one) => [one.callId, one.messageType, one.attempts])).toEqual([
      ['b', 'VoiceReport', 1],
      ['a', 'VoiceCallReport', 2],
      ['a', 'VoiceReport', 1],
    ])
  })

  it('tries what was in hand behind a receipt together with it, and counts no attempt before', async () => {
    const { clock, bus, posts, outbox, delivery, add } = house()
    add('a', 'http://good.test/', 'VoiceCallReport')
    add('a')
    delivery.start()
    await clock.advance(0)
    expect(posts.map((one) => one.body)).toEqual(['[{"call_id":"a"}]'])
    posts[0]?.answer(failed)
    await clock.advance(59_000)
    bus.emit('receipts.queued', { queues: [] })
    expect(posts).toHaveLength(1)
    await clock.advance(2_000)
    posts[1]?.answer(accepted)
    await clock.advance(0)
    posts[2]?.answer(accepted)
    await clock.advance(0)
    expect(outbox.delivered.map((one) => [one.messageType, one.attempts])).toEqual([
      ['VoiceCallReport', 2],
      ['VoiceReport', 1],
    ])
    await delivery.close()
  })

  it('hands the secret of a signed subscription to the exchange, and writes down what came of it', async () => {
    const { clock, outbox, posts, delivery } = house(() => accepted)
    const url = 'http://good.test/'
    const body = '{"call_id":"a"}'
    outbox.add({ accountId: '1', messageType: 'VoiceReport', callId: 'a', url, body, signingSecret: 'secret' })
    delivery.start()
    await clock.advance(0)
    expect(posts.map((one) => one.secret)).toEqual(['secret'])
    expect(outbox.attempts).toMatchObject([{ status: 200, answer: '{"code":0}', latencyMs: 3, error: undefined }])
    await delivery.close()
  })

  it('gives back what it claimed and did not send when it stops', async () => {
    const { clock, outbox, posts, delivery, add } = house()
    for (let index = 0; index < 300; index++) add(`call-${index}`)
    delivery.start()
    await clock.advance(0)
    expect(posts).toHaveLength(4)
    const closing = delivery.close()
    for (const post of posts) post.answer(accepted)
    await closing
    expect(outbox.left).toBe(100)
    expect(await outbox.claim({ limit: 500, perTarget: 500, leaseMs: 1_000 })).toHaveLength(100)
  })

  it('does not let a receiver that never answers hold up another', async () => {
    const { clock, outbox, delivery, add } = house((url) => (url.includes('good') ? accepted : undefined))
    for (let index = 0; index < 5_000; index++) add(`dead-${index}`, 'http://dead.test/')
    for (let index = 0; index < 100; index++) add(`good-${index}`)
    delivery.start()
    await clock.advance(0)
    expect(outbox.delivered).toHaveLength(100)
    expect(delivery.statistics().inHand).toBeLessThan(1_000)
  })

  it('takes more for a line as soon as it has room again', async () => {
    const { clock, outbox, posts, delivery, add } = house()
    for (let index = 0; index < 1_200; index++) add(`call-${index}`)
    delivery.start()
    await clock.advance(0)
    expect(posts).toHaveLength(4)
    while (outbox.left > 0) {
      for (const post of posts.splice(0)) post.answer(accepted)
      await clock.advance(0)
    }
    expect(outbox.delivered).toHaveLength(1_200)
    expect(delivery.statistics()).toMatchObject({ inHand: 0, delivered: 1_200 })
  })

  it('goes on when the store refuses a claim or a settlement, and says so', async () => {
    const { clock, outbox, lines, delivery, add } = house(() => accepted)
    add('a')
    outbox.failNext(1)
    delivery.start()
    await clock.advance(999)
    expect(outbox.delivered).toHaveLength(0)
    const settle = outbox.settle.bind(outbox)
    let refusals = 3
    outbox.settle = async (attempt) => {
      if (refusals-- > 0) throw new Error('the store is away')
      await settle(attempt)
    }
    await clock.advance(1 + 100 + 200 + 400)
    expect(outbox.delivered).toHaveLength(1)
    expect(lines.filter((one) => one.includes('trying again'))).toHaveLength(4)
  })

  it('gives up settling when the lease is over, since the item is pushed again', async () => {
    const { clock, outbox, posts, lines, delivery, add } = house(() => accepted)
    add('a')
    outbox.settle = async () => {
      throw new Error('the store is away')
    }
    delivery.start()
    await clock.advance(2 * minuteMs)
    expect(posts.length).toBeGreaterThan(1)
    expect(lines.some((one) => one.startsWith('push results could not be stored'))).toBe(true)
  })

  it('stops when everything on its way is settled, and takes nothing new', async () => {
    const { clock, outbox, bus, posts, delivery, add } = house()
    add('a')
    delivery.start()
    await clock.advance(0)
    let closed = false
    const closing = delivery.close().then(() => {
      closed = true
    })
    add('b')
    bus.emit('receipts.queued', { queues: [] })
    await clock.advance(10_000)
    expect(closed).toBe(false)
    posts[0]?.answer(accepted)
    await closing
    expect(outbox.delivered).toHaveLength(1)
    expect(posts).toHaveLength(1)
    expect(clock.pendingTimers).toBe(0)
  })

  it('lets receivers have the receipts of every call in their order, whatever they answer', async () => {
    const arrival = fc.record({ call: fc.nat(3), isReport: fc.boolean(), afterMs: fc.nat(90_000) })
    await fc.assert(
      fc.asyncProperty(
        fc.array(arrival, { maxLength: 25 }),
        fc.infiniteStream(fc.boolean()),
        async (arrivals, well) => {
          const { clock, bus, outbox, delivery, add } = house(() => (well.next().value ? accepted : failed))
          delivery.start()
          for (const { call, isReport, afterMs } of arrivals) {
            add(`call-${call}`, 'http://good.test/', isReport ? 'VoiceReport' : 'VoiceCallReport')
            bus.emit('receipts.queued', { queues: [] })
            await clock.advance(afterMs)
          }
          await clock.advance(120 * minuteMs)
          expect(outbox.left).toBe(0)
          expect(outbox.delivered.length + outbox.givenUp.length).toBe(arrivals.length)
          for (let call = 0; call <= 3; call++) {
            const ids = outbox.delivered.filter((one) => one.callId === `call-${call}`).map((one) => Number(one.id))
            expect(ids).toEqual([...ids].sort((a, b) => a - b))
          }
          await delivery.close()
        },
      ),
      { numRuns: 15 },
    )
  }, 30_000)
})
