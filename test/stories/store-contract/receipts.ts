import { describe, expect, it } from 'vitest'
import type { Call } from '../../../src/domain/call/call.ts'
import { queueName } from '../../../src/domain/receipt/receipt.ts'
import type { Store } from '../../../src/store/store.ts'
import type { TestNodes } from './bench-of-nodes.ts'
import { accountId, newCall, newGuard, receiptFor, recordFor } from './samples.ts'
import { openSubscribedStore } from './subscribed-store.ts'

const queue = queueName(accountId, 'VoiceReport')
const pushUrl = 'http://127.0.0.1:9/receipts'

async function accepted(store: Store): Promise<Call> {
  const call = newCall()
  await store.calls.accept(call, newGuard())
  await store.calls.claim(1)
  return call
}

export function receiptsContract(nodes: TestNodes): void {
  const openSubscribed = (subscription: { queue: boolean; pushUrl?: string }) =>
    openSubscribedStore(nodes, subscription)

  describe('finishing', () => {
    it('closes the call, writes the record and queues the receipts', async () => {
      const store = await openSubscribed({ queue: true, pushUrl })
      const call = await accepted(store)
      await store.outbox.finish(recordFor(call), [receiptFor(call)])
      expect(await store.records.find(accountId, call.callId)).toEqual({ call, record: recordFor(call) })
      const [message] = await store.queues.receive(queue, 16, 30)
      expect(JSON.parse(message?.body ?? '')).toEqual({ call_id: call.callId, duration: '4' })
      expect(await store.pushes.claim({ limit: 10, perTarget: 10, leaseMs: 1000 })).toMatchObject([
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
      expect(await store.pushes.claim({ limit: 10, perTarget: 10, leaseMs: 1000 })).toHaveLength(1)
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
      expect(await store.queueRegister.find(accountId, queue)).toBeUndefined()
      await store.accounts.subscriptions.set(accountId, 'VoiceReport', { queue: true })
      expect(await store.queueRegister.find(accountId, queue)).toMatchObject({ key: queue, holdsReceipts: true })
      await store.outbox.report([receiptFor(call, 'VoiceCallReport'), receiptFor(call)])
      expect(await nodes.sql('SELECT queue FROM queue_messages')).toEqual([{ queue }])
    })

    it('keeps the order in which receipts of a call came', async () => {
      const store = await openSubscribed({ queue: true, pushUrl })
      const call = await accepted(store)
      const receipts = Array.from({ length: 50 }, (_, position) => ({ ...receiptFor(call), body: { position } }))
      await Promise.all(receipts.map((receipt) => store.outbox.report([receipt])))
      const inOrder = receipts.map((receipt) => JSON.stringify(receipt.body))
      expect((await store.queues.receive(queue, 100, 30)).map((message) => message.body)).toEqual(inOrder)
      expect(
        (await store.pushes.claim({ limit: 100, perTarget: 100, leaseMs: 1000 })).map((item) => item.body),
      ).toEqual(inOrder)
    })
  })
}
