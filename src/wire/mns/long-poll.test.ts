import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { MemoryReceipts } from '../../../fakes/memory-receipts.ts'
import { initialAttributes } from '../../domain/receipt/queue.ts'
import { createEventBus } from '../../events/event-bus.ts'
import type { Queue, QueueMessage } from '../../receipts/ports.ts'
import { LongPoll } from './long-poll.ts'

const queue: Queue = {
  key: 'Alicom-Queue-1000000001-VoiceReport',
  accountId: '1000000001',
  name: 'Alicom-Queue-1000000001-VoiceReport',
  holdsReceipts: true,
  attributes: initialAttributes,
  createdAt: 0,
  modifiedAt: 0,
}
/** A client that stays. */
const present = () => new AbortController().signal

function house() {
  const clock = new FakeClock()
  const store = new MemoryReceipts(clock)
  const bus = createEventBus()
  store.open(queue.key)
  const longPoll = new LongPoll({ queues: store, bus, clock })
  const put = (body: string) => {
    store.put(queue.key, body)
    bus.emit('receipts.queued', { queues: [queue.key] })
  }
  return { clock, store, bus, longPoll, put }
}

/** The bodies a waiting client got, once it got its answer. */
function answers(waiting: Promise<QueueMessage[]>[]): (string[] | undefined)[] {
  const got: (string[] | undefined)[] = waiting.map(() => undefined)
  waiting.forEach((one, index) => {
    void one.then((messages) => {
      got[index] = messages.map((message) => message.body)
    })
  })
  return got
}

describe('LongPoll', () => {
  it('wakes when a message is put into the queue, without a timer', async () => {
    const { clock, longPoll, put } = house()
    const got = answers([longPoll.wait(queue, 1, 30, present())])
    await clock.advance(500)
    expect(got).toEqual([undefined])
    put('one')
    await clock.advance(0)
    expect(got).toEqual([['one']])
    expect(clock.pendingTimers).toBe(0)
  })

  it('finds within a second what another node put there', async () => {
    const { clock, store, longPoll } = house()
    const got = answers([longPoll.wait(queue, 1, 30, present())])
    await clock.advance(10)
    store.put(queue.key, 'from elsewhere')
    await clock.advance(990)
    expect(got).toEqual([['from elsewhere']])
  })

  it('ends with nothing when the time is over', async () => {
    const { clock, longPoll } = house()
    const got = answers([longPoll.wait(queue, 1, 5, present())])
    await clock.advance(4_999)
    expect(got).toEqual([undefined])
    await clock.advance(1)
    expect(got).toEqual([[]])
    expect(clock.pendingTimers).toBe(0)
  })

  it('serves who waited longest, one message each', async () => {
    const { clock, longPoll, put } = house()
    const got = answers([1, 2, 3].map(() => longPoll.wait(queue, 1, 30, present())))
    await clock.advance(0)
    put('one')
    put('two')
    await clock.advance(0)
    expect(got).toEqual([['one'], ['two'], undefined])
    longPoll.close()
  })

  it('does not make a message wait that came while the queue was being asked', async () => {
    const { clock, store, longPoll, put } = house()
    const receive = store.receive.bind(store)
    let asked = 0
    store.receive = async (name, max, visibilitySeconds) => {
      const messages = await receive(name, max, visibilitySeconds)
      if (++asked === 1) put('just now')
      return messages
    }
    const got = answers([longPoll.wait(queue, 1, 30, present())])
    await clock.advance(0)
    expect(got).toEqual([['just now']])
  })

  it('asks the store once a second for five hundred clients at as many queues, and no queue that is empty', async () => {
    const { clock, store, longPoll } = house()
    const queues = Array.from({ length: 250 }, (_, index) => ({ ...queue, key: `1000000001/${index}` }))
    const got = answers([
      ...queues.map((one) => longPoll.wait(one, 16, 30, present())),
      ...queues.map(() => longPoll.wait(queue, 16, 30, present())),
    ])
    await clock.advance(0)
    const before = store.receives
    await clock.advance(10_000)
    expect([store.readies, store.receives - before]).toEqual([10, 0])
    expect(longPoll.waiting).toBe(500)
    await clock.advance(20_000)
    expect(got.every((one) => one?.length === 0)).toBe(true)
    expect(clock.pendingTimers).toBe(0)
  })

  it('serves everyone at the front with one question', async () => {
    const { clock, store, longPoll } = house()
    const got = answers(Array.from({ length: 16 }, () => longPoll.wait(queue, 16, 30, present())))
    await clock.advance(0)
    for (let index = 0; index < 256; index++) store.put(queue.key, `${index}`)
    const before = store.receives
    await clock.advance(1_000)
    expect(got.map((one) => one?.length)).toEqual(Array.from({ length: 16 }, () => 16))
    expect(store.receives - before).toBe(1)
  })

  it('lets a client go whose connection is gone, and gives its messages to the next', async () => {
    const { clock, store, longPoll } = house()
    const first = new AbortController()
    const receive = store.receive.bind(store)
    store.receive = async (name, max, visibilitySeconds) => {
      const messages = await receive(name, max, visibilitySeconds)
      if (messages.length > 0) first.abort()
      return messages
    }
    const got = answers([longPoll.wait(queue, 2, 30, first.signal), longPoll.wait(queue, 1, 30, present())])
    store.put(queue.key, 'one')
    store.put(queue.key, 'two')
    await clock.advance(0)
    expect(got).toEqual([[], ['one']])
    expect(longPoll.waiting).toBe(0)
    // Nobody was left for the second message, and the first was not deleted: both come back after 30 s.
    await clock.advance(5_000)
    const later = answers([longPoll.wait(queue, 16, 30, present())])
    await clock.advance(24_000)
    expect(later).toEqual([undefined])
    await clock.advance(1_000)
    expect(later).toEqual([['one', 'two']])
  })

  it('does not wait for a client that has gone already, nor after it was closed', async () => {
    const { clock, longPoll } = house()
    const gone = new AbortController()
    gone.abort()
    const waiting = longPoll.wait(queue, 1, 30, present())
    longPoll.close()
    const got = answers([waiting, longPoll.wait(queue, 1, 30, gone.signal), longPoll.wait(queue, 1, 30, present())])
    await clock.advance(0)
    expect(got).toEqual([[], [], []])
    expect(clock.pendingTimers).toBe(0)
  })

  it('hands an error of the store to everyone who waits, and works again afterwards', async () => {
    const { clock, store, longPoll, put } = house()
    const failed = [1, 2].map(() => longPoll.wait(queue, 1, 30, present()).catch(String))
    await clock.advance(0)
    store.failNext(1)
    await clock.advance(1_000)
    expect(await Promise.all(failed)).toEqual(['Error: the store is away', 'Error: the store is away'])
    const got = answers([longPoll.wait(queue, 1, 30, present())])
    put('one')
    await clock.advance(0)
    expect(got).toEqual([['one']])
  })
})
