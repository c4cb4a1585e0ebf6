import { describe, expect, it } from 'vitest'
import { initialAttributes } from '../../../src/domain/receipt/queue.ts'
import { queueName } from '../../../src/domain/receipt/receipt.ts'
import type { Store } from '../../../src/store/store.ts'
import type { TestNodes } from './bench-of-nodes.ts'
import { accountId, newCall, receiptFor } from './samples.ts'
import { cleanLater, openSubscribedStore } from './subscribed-store.ts'

const queue = queueName(accountId, 'VoiceReport')
const dayMs = 86_400_000

/** What the store promises about queues and the messages in them. */
export function messageQueuesContract(nodes: TestNodes): void {
  const filled = async (messages: number) => {
    const store = await openSubscribedStore(nodes, { queue: true })
    await store.outbox.report(Array.from({ length: messages }, () => receiptFor(newCall())))
    return store
  }
  const ownQueue = async (store: Store, name = 'jobs', attributes = initialAttributes) => {
    expect(await store.queueRegister.create(accountId, name, attributes)).toBe('created')
    const found = await store.queueRegister.find(accountId, name)
    if (found === undefined) throw new Error(`${name} was not made`)
    return found
  }
  const message = (body: string, wanted: { delaySeconds?: number; priority?: number } = {}) => ({
    ...{ body, delaySeconds: 0, priority: 8 },
    ...wanted,
  })

  describe('receipt queues', () => {
    it('hide a received message until its time is over; every receive has a handle of its own', async () => {
      const store = await filled(1)
      const start = nodes.clock.now()
      const [first] = await store.queues.receive(queue, 16, 30)
      expect(first).toMatchObject({
        enqueuedAt: start,
        firstDequeuedAt: start,
        nextVisibleAt: start + 30_000,
        dequeueCount: 1,
        priority: 8,
      })
      expect(await store.queues.receive(queue, 16, 30)).toEqual([])
      await nodes.clock.advance(30_000)
      const stale = first?.receiptHandle ?? ''
      expect(await store.queues.remove(queue, [stale])).toEqual([false])
      const [second] = await store.queues.receive(queue, 16, 30)
      expect(second).toMatchObject({ messageId: first?.messageId, firstDequeuedAt: start, dequeueCount: 2 })
      expect(second?.receiptHandle).not.toBe(stale)
      expect(await store.queues.remove(queue, [stale])).toEqual([false])
      expect(await store.queues.remove(queue, [second?.receiptHandle ?? ''])).toEqual([true])
      await nodes.clock.advance(60_000)
      expect(await store.queues.receive(queue, 16, 30)).toEqual([])
    })

    it('remove by several handles, and say which were good', async () => {
      const store = await filled(3)
      const handles = (await store.queues.receive(queue, 3, 30)).map((one) => one.receiptHandle)
      const [a = '', b = '', c = ''] = handles
      expect(await store.queues.remove(queue, [a, 'nonsense', a, b])).toEqual([true, false, false, true])
      const foreign = queueName('1000000002', 'VoiceReport')
      // At once, so that both share a statement: the right one is told to him who asked for the right queue.
      expect(await Promise.all([store.queues.remove(foreign, [c]), store.queues.remove(queue, [c])])).toEqual([
        [false],
        [true],
      ])
      expect(await store.queues.remove(queue, [])).toEqual([])
    })

    it('never give one message to two receivers at once', async () => {
      const store = await filled(100)
      const other = await nodes.open()
      const receives = Array.from({ length: 20 }, (_, index) =>
        (index % 2 ? other : store).queues.receive(queue, 10, 30),
      )
      const ids = (await Promise.all(receives)).flat().map((one) => one.messageId)
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids).toHaveLength(100)
    })

    it('share what is there among those who ask at once, in their order', async () => {
      const store = await filled(20)
      const [first, second, third] = await Promise.all([16, 16, 16].map((max) => store.queues.receive(queue, max, 30)))
      expect([first?.length, second?.length, third?.length]).toEqual([16, 4, 0])
    })

    it('say which of them have something', async () => {
      const store = await filled(1)
      const { key } = await ownQueue(store)
      expect(await store.queues.ready([queue, key, queueName('1000000002', 'VoiceReport')])).toEqual([queue])
      await store.queues.send(key, [message('x', { priority: 16 })], 60)
      expect((await store.queues.ready([queue, key])).sort()).toEqual([key, queue].sort())
      expect(await store.queues.ready([])).toEqual([])
    })

    it('hide a message for another while, under a new handle', async () => {
      const store = await filled(1)
      const [received] = await store.queues.receive(queue, 1, 30)
      const old = received?.receiptHandle ?? ''
      expect(await store.queues.hide(queueName('1000000002', 'VoiceReport'), old, 60)).toBeUndefined()
      const hidden = await store.queues.hide(queue, old, 60)
      expect(hidden?.nextVisibleAt).toBe(nodes.clock.now() + 60_000)
      expect(await store.queues.hide(queue, old, 60)).toBeUndefined()
      expect(await store.queues.remove(queue, [old])).toEqual([false])
      await nodes.clock.advance(59_999)
      expect(await store.queues.receive(queue, 1, 30)).toEqual([])
      expect(await store.queues.remove(queue, [hidden?.receiptHandle ?? ''])).toEqual([true])
    })

    it('keep a message for four days, or as long as was set before it came', async () => {
      const store = await filled(2)
      await cleanLater(nodes, 4 * dayMs - 1)
      expect(await nodes.sql('SELECT FROM queue_messages')).toHaveLength(2)
      const found = await store.queueRegister.find(accountId, queue)
      if (found === undefined) throw new Error('no queue')
      await store.queueRegister.configure(found, { retentionSeconds: 60, delaySeconds: 5, visibilitySeconds: 45 })
      expect(await store.queueRegister.find(accountId, queue)).toMatchObject({
        key: queue,
        attributes: { retentionSeconds: 60, delaySeconds: 5, visibilitySeconds: 45, pollingWaitSeconds: 0 },
      })
      await store.outbox.report([receiptFor(newCall())])
      expect(await store.queueRegister.counts(found)).toEqual({ active: 2, inactive: 0, delayed: 1 })
      await nodes.clock.advance(5_000)
      expect(await store.queues.receive(queue, 16, 1)).toHaveLength(3)
      await nodes.clock.advance(55_000)
      expect(await store.queues.receive(queue, 16, 1)).toHaveLength(2)
      await cleanLater(nodes, 0)
      expect(await nodes.sql('SELECT FROM queue_messages')).toHaveLength(2)
      await cleanLater(nodes, 4 * dayMs)
      expect(await nodes.sql('SELECT FROM queue_messages')).toEqual([])
    })
  })

  describe("an account's own queues", () => {
    it('are found by their account only, on every node within a second', async () => {
      const [store, other] = [await openSubscribedStore(nodes, { queue: true }), await nodes.open()]
      expect(await other.queueRegister.find(accountId, 'jobs')).toBeUndefined()
      const made = await ownQueue(store)
      expect(made).toMatchObject({ name: 'jobs', accountId, holdsReceipts: false, attributes: initialAttributes })
      expect(await other.queueRegister.find(accountId, 'jobs')).toEqual(made)
      expect(await other.queueRegister.find('1000000002', 'jobs')).toBeUndefined()
      expect(await store.queueRegister.create(accountId, 'jobs', initialAttributes)).toBe('exists')
      await store.queueRegister.configure(made, { pollingWaitSeconds: 7 })
      await nodes.clock.advance(1_000)
      expect((await other.queueRegister.find(accountId, 'jobs'))?.attributes.pollingWaitSeconds).toBe(7)
    })

    it('are listed by name together with the receipt queues, in pages', async () => {
      const store = await openSubscribedStore(nodes, { queue: true })
      await store.accounts.create({ accountId: '1000000002', name: 'Other' })
      await store.queueRegister.create('1000000002', 'foreign', initialAttributes)
      for (const name of ['b', 'a', 'ab']) await ownQueue(store, name)
      const names = async (page: { prefix: string; after: string; limit: number }) =>
        (await store.queueRegister.list(accountId, page)).map((one) => one.name)
      expect(await names({ prefix: '', after: '', limit: 10 })).toEqual([queue, 'a', 'ab', 'b'])
      expect(await names({ prefix: 'a', after: '', limit: 1 })).toEqual(['a'])
      expect(await names({ prefix: 'a', after: 'a', limit: 1 })).toEqual(['ab'])
    })

    it('are a hundred at most', async () => {
      const store = await openSubscribedStore(nodes, { queue: true })
      for (let index = 0; index < 100; index++) await ownQueue(store, `q${index}`)
      expect(await store.queueRegister.create(accountId, 'q100', initialAttributes)).toBe('tooMany')
    })

    it('give what was sent, the most urgent first, and late what was delayed', async () => {
      const store = await openSubscribedStore(nodes, { queue: true })
      const { key } = await ownQueue(store)
      const urgent = [message('usual'), message('urgent', { priority: 1 }), message('late', { delaySeconds: 10 })]
      const sent = await store.queues.send(key, [...urgent, message('idle', { priority: 16 })], 3600)
      expect(sent.map((one) => one.receiptHandle !== undefined)).toEqual([false, false, true, false])
      expect((await store.queues.peek(key, 2)).map((one) => [one.body, one.receiptHandle, one.dequeueCount])).toEqual([
        ['urgent', '', 0],
        ['usual', '', 0],
      ])
      const received = await store.queues.receive(key, 16, 30)
      expect(received.map((one) => [one.body, one.priority])).toEqual([
        ['urgent', 1],
        ['usual', 8],
        ['idle', 16],
      ])
      expect(received[0]?.messageId).toBe(sent[1]?.messageId)
      expect(await store.queues.peek(key, 16)).toEqual([])
      await nodes.clock.advance(10_000)
      expect((await store.queues.receive(key, 16, 30)).map((one) => one.body)).toEqual(['late'])
    })

    it('let a delayed message be called back by its handle', async () => {
      const store = await openSubscribedStore(nodes, { queue: true })
      const { key } = await ownQueue(store)
      const [sent] = await store.queues.send(key, [message('late', { delaySeconds: 10 })], 3600)
      expect(await store.queues.remove(key, [sent?.receiptHandle ?? ''])).toEqual([true])
      await nodes.clock.advance(10_000)
      expect(await store.queues.receive(key, 16, 30)).toEqual([])
    })

    it('are gone with everything in them, and a new one of the same name is empty', async () => {
      const store = await openSubscribedStore(nodes, { queue: true })
      const made = await ownQueue(store)
      await store.queues.send(made.key, [message('x'), message('y')], 3600)
      await store.queueRegister.remove(made)
      expect(await store.queueRegister.find(accountId, 'jobs')).toBeUndefined()
      expect(await nodes.sql('SELECT FROM queue_messages')).toEqual([])
      const again = await ownQueue(store)
      expect(again.key).not.toBe(made.key)
    })
  })
}
