import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import type { Call } from '../../../src/domain/call/call.ts'
import { queueName } from '../../../src/domain/receipt/receipt.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { Cleaner } from '../../../src/store/cleaner.ts'
import { openDatabase } from '../../../src/store/database.ts'
import type { Store } from '../../../src/store/store.ts'
import type { TestNodes } from './bench-of-nodes.ts'
import { accountId, newCall, newGuard, receiptFor, recordFor } from './samples.ts'

const queue = queueName(accountId, 'VoiceReport')
const pushUrl = 'http://127.0.0.1:9/receipts'

async function accepted(store: Store): Promise<Call> {
  const call = newCall()
  await store.calls.accept(call, newGuard())
  await store.calls.claim(1)
  return call
}

export function receiptsContract(nodes: TestNodes): void {
  const openSubscribed = async (subscription: { queue: boolean; pushUrl?: string }) => {
    const store = await nodes.open()
    await store.accounts.create({ accountId, name: 'Test' })
    await store.accounts.subscriptions.set(accountId, 'VoiceReport', subscription)
    return store
  }

  describe('finishing', () => {
    it('closes the call, writes the record and queues the receipts', async () => {
      const store = await openSubscribed({ queue: true, pushUrl })
      const call = await accepted(store)
      await store.outbox.finish(recordFor(call), [receiptFor(call)])
      expect(await store.records.find(accountId, call.callId)).toEqual({ call, record: recordFor(call) })
      const [message] = await store.queues.receive(queue, 16, 30)
      expect(JSON.parse(message?.body ?? '')).toEqual({ call_id: call.callId, duration: '4' })
      expect(await store.pushes.claim(10, 1000)).toMatchObject([
        { accountId, messageType: 'VoiceReport', callId: call.callId, url: pushUrl, attempts: 0 },
      ])
      expect(await nodes.sql('SELECT state FROM calls')).toEqual([{ state: 'ended' }])
    })

    it('keeps a record without the times that never came', async () => {
      const store = await nodes.open()
      const call = await accepted(store)
      const { diallingAt: _d, ringingAt: _r, answeredAt: _a, ...record } = recordFor(call)
      await store.outbox.finish(record, [])
      expect((await store.records.find(accountId, call.callId))?.record).toEqual(record)
    })

    it('twice, on one node or on two, in one batch or later, leaves one record and one receipt', async () => {
      const store = await openSubscribed({ queue: true, pushUrl })
      const other = await nodes.open()
      const call = await accepted(store)
      const finish = (on: Store) => on.outbox.finish(recordFor(call), [receiptFor(call)])
      await Promise.all([finish(store), finish(store), finish(other)])
      await finish(store)
      expect(await store.queues.receive(queue, 16, 30)).toHaveLength(1)
      expect(await store.pushes.claim(10, 1000)).toHaveLength(1)
    })

    it('many at once leaves one of everything for each', async () => {
      const store = await openSubscribed({ queue: true })
      const calls = Array.from({ length: 600 }, () => newCall())
      await Promise.all(calls.map((call) => store.calls.accept(call, newGuard())))
      await store.calls.claim(600)
      await Promise.all(calls.map((call) => store.outbox.finish(recordFor(call), [receiptFor(call)])))
      expect(
        await nodes.sql(`SELECT (SELECT count(*) FROM call_records) AS records, count(DISTINCT body) AS receipts
          FROM queue_messages`),
      ).toEqual([{ records: '600', receipts: '600' }])
    })

    it('sends receipts only where they are subscribed', async () => {
      const store = await openSubscribed({ queue: false })
      const call = await accepted(store)
      await store.outbox.report([receiptFor(call, 'VoiceCallReport'), receiptFor(call)])
      expect(await store.queues.exists(queue)).toBe(false)
      await store.accounts.subscriptions.set(accountId, 'VoiceReport', { queue: true })
      expect(await store.queues.exists(queue)).toBe(true)
      await store.outbox.report([receiptFor(call, 'VoiceCallReport'), receiptFor(call)])
      expect(await nodes.sql('SELECT queue FROM queue_messages')).toEqual([{ queue }])
      expect(await store.queues.exists('Alicom-Queue-1000000001-SmsReport')).toBe(false)
      expect(await store.queues.exists('another-queue')).toBe(false)
    })

    it('keeps the order in which receipts of a call came', async () => {
      const store = await openSubscribed({ queue: true, pushUrl })
      const call = await accepted(store)
      const receipts = Array.from({ length: 50 }, (_, position) => ({ ...receiptFor(call), body: { position } }))
      await Promise.all(receipts.map((receipt) => store.outbox.report([receipt])))
      const inOrder = receipts.map((receipt) => JSON.stringify(receipt.body))
      expect((await store.queues.receive(queue, 100, 30)).map((message) => message.body)).toEqual(inOrder)
      expect((await store.pushes.claim(100, 1000)).map((item) => item.body)).toEqual(inOrder)
    })
  })

  describe('receipt queues', () => {
    const filled = async (messages: number) => {
      const store = await openSubscribed({ queue: true })
      await store.outbox.report(Array.from({ length: messages }, () => receiptFor(newCall())))
      return store
    }

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
      const handles = (await store.queues.receive(queue, 3, 30)).map((message) => message.receiptHandle)
      const [a = '', b = '', c = ''] = handles
      expect(await store.queues.remove(queue, [a, 'nonsense', a, b])).toEqual([true, false, false, true])
      expect(await store.queues.remove(queueName('1000000002', 'VoiceReport'), [c])).toEqual([false])
      expect(await store.queues.remove(queue, [c])).toEqual([true])
      expect(await store.queues.remove(queue, [])).toEqual([])
    })

    it('never give one message to two receivers at once', async () => {
      const store = await filled(100)
      const other = await nodes.open()
      const receives = Array.from({ length: 20 }, (_, index) =>
        (index % 2 ? other : store).queues.receive(queue, 10, 30),
      )
      const ids = (await Promise.all(receives)).flat().map((message) => message.messageId)
      expect(new Set(ids).size).toBe(ids.length)
    })

    it('keep a message for four days', async () => {
      await filled(2)
      const later = new FakeClock(nodes.clock.now() + 4 * 86_400_000)
      const store = await nodes.open({ clock: later })
      const database = openDatabase(nodes.url, silentLog)
      const cleaner = new Cleaner(database, later, silentLog)
      await cleaner.clean()
      expect(await store.queues.receive(queue, 16, 1)).toHaveLength(2)
      await later.advance(1_000)
      await cleaner.clean()
      expect(await store.queues.receive(queue, 16, 1)).toEqual([])
      await cleaner.close()
      await database.close()
    })
  })

  describe('the push outbox', () => {
    it('leases what is due, and counts every attempt', async () => {
      const store = await openSubscribed({ queue: false, pushUrl })
      const other = await nodes.open()
      const call = newCall()
      await store.outbox.report([receiptFor(call)])
      const claims = await Promise.all([store.pushes.claim(10, 5000), other.pushes.claim(10, 5000)])
      const [item] = claims.flat()
      expect(claims.flat()).toHaveLength(1)
      expect(item).toMatchObject({ callId: call.callId, attempts: 0 })
      await nodes.clock.advance(5000)
      expect(await other.pushes.claim(10, 5000)).toMatchObject([{ id: item?.id, attempts: 1 }])
    })

    it('leaves out targets that have enough in hand', async () => {
      const store = await openSubscribed({ queue: false, pushUrl })
      await store.outbox.report([receiptFor(await accepted(store))])
      expect(await store.pushes.claim(10, 5000, [pushUrl])).toEqual([])
      expect(await store.pushes.claim(10, 5000, ['http://127.0.0.1:9/elsewhere'])).toHaveLength(1)
    })

    it('tries again when told to, keeps the error, and lets go of what is delivered or given up', async () => {
      const store = await openSubscribed({ queue: false, pushUrl })
      await store.outbox.report([receiptFor(newCall()), receiptFor(newCall()), receiptFor(newCall())])
      const [a, b, c] = await store.pushes.claim(10, 5000)
      const retryAt = nodes.clock.now() + 60_000
      await store.pushes.settle([
        { id: a?.id ?? '', result: { delivered: true } },
        { id: b?.id ?? '', result: { delivered: false, retryAt, error: 'answer 500' } },
        { id: c?.id ?? '', result: { delivered: false, retryAt: undefined, error: 'no answer\0' } },
      ])
      await nodes.clock.advance(59_999)
      expect(await store.pushes.claim(10, 5000)).toEqual([])
      await nodes.clock.advance(1)
      expect(await store.pushes.claim(10, 5000)).toMatchObject([{ id: b?.id, attempts: 1 }])
      expect(await nodes.sql('SELECT last_error FROM push_outbox ORDER BY id')).toEqual([
        { last_error: 'answer 500' },
        { last_error: 'no answer' },
      ])
    })
  })
}
