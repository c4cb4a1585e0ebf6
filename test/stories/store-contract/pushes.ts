import { describe, expect, it } from 'vitest'
import type { Call } from '../../../src/domain/call/call.ts'
import type { PushItem } from '../../../src/receipts/ports.ts'
import type { Store } from '../../../src/store/store.ts'
import type { TestNodes } from './bench-of-nodes.ts'
import { accountId, newCall, receiptFor } from './samples.ts'
import { cleanLater, openSubscribedStore } from './subscribed-store.ts'

const pushUrl = 'http://127.0.0.1:9/receipts'
const otherUrl = 'http://127.0.0.1:9/elsewhere'
const dayMs = 86_400_000
const everything = { limit: 100, perTarget: 100, leaseMs: 5_000 }

/** What the store promises about receipts on their way to a URL, and about the log of their attempts. */
export function pushesContract(nodes: TestNodes): void {
  const open = () => openSubscribedStore(nodes, { queue: false, pushUrl })
  const report = (store: Store, ...calls: Call[]) => store.outbox.report(calls.map((call) => receiptFor(call)))
  const attempt = (items: readonly PushItem[], error?: string, retryAt?: number) => ({
    settlements: items.map((item) => ({ item, retryAt })),
    ...{ madeAt: nodes.clock.now(), latencyMs: 12.4, status: error === undefined ? 200 : 503 },
    ...{ answer: '{"code":0}\0', error },
  })
  const ids = (items: readonly PushItem[]) => items.map((item) => item.id)
  const log = async (store: Store) => (await store.pushLog.attempts(accountId, {}, { limit: 100 })).reverse()

  describe('the push outbox', () => {
    it('leases what is due to one node, and counts an attempt only when it was made', async () => {
      const [store, other] = [await open(), await nodes.open()]
      await report(store, newCall())
      const claims = await Promise.all([store.pushes.claim(everything), other.pushes.claim(everything)])
      expect(claims.flat()).toHaveLength(1)
      expect(claims.flat()).toMatchObject([{ attempts: 0, signingSecret: undefined }])
      await nodes.clock.advance(5_000)
      const [late] = await other.pushes.claim(everything)
      expect(late).toMatchObject({ id: claims.flat()[0]?.id, attempts: 0 })
    })

    it('takes back what was claimed and not sent', async () => {
      const [store, other] = [await open(), await nodes.open()]
      await report(store, newCall(), newCall())
      const items = await store.pushes.claim(everything)
      await store.pushes.release(items)
      await store.pushes.release([])
      await nodes.clock.advance(1)
      expect(ids(await other.pushes.claim(everything))).toEqual(ids(items))
      // These are in the other's hand now.
      await store.pushes.release(items)
      expect(await store.pushes.claim(everything)).toEqual([])
    })

    it('leaves out targets that have enough in hand, and takes no more of one than asked', async () => {
      const store = await open()
      await report(store, newCall(), newCall(), newCall())
      await store.accounts.subscriptions.set(accountId, 'VoiceReport', { queue: false, pushUrl: otherUrl })
      await report(store, newCall(), newCall(), newCall())
      const except = [{ accountId, url: pushUrl }]
      const claimed = await store.pushes.claim({ ...everything, perTarget: 2, except })
      expect(claimed.map((item) => item.url)).toEqual([otherUrl, otherUrl])
      const foreign = [{ accountId: '1000000002', url: pushUrl }]
      expect(await store.pushes.claim({ ...everything, perTarget: 2, except: foreign })).toHaveLength(3)
      expect(await store.pushes.claim({ ...everything, limit: 1 })).toHaveLength(1)
      expect(await store.pushes.claim(everything)).toEqual([])
    })

    it('tries again when told to, and lets go of what is delivered or given up', async () => {
      const store = await open()
      await report(store, newCall(), newCall(), newCall())
      const [a, b, c] = (await store.pushes.claim(everything)).map((item) => [item])
      const retryAt = nodes.clock.now() + 60_000
      await store.pushes.settle(attempt(a ?? []))
      await store.pushes.settle(attempt(b ?? [], 'HTTP 503', retryAt))
      await store.pushes.settle(attempt(c ?? [], 'no answer\0'))
      await nodes.clock.advance(59_999)
      expect(await store.pushes.claim(everything)).toEqual([])
      await nodes.clock.advance(1)
      expect(await store.pushes.claim(everything)).toMatchObject([{ id: b?.[0]?.id, attempts: 1 }])
      const states = (await store.pushLog.receipts(accountId, {}, { limit: 9 })).map((one) => [one.id, one.state])
      expect(states.reverse()).toEqual([
        [a?.[0]?.id, 'delivered'],
        [b?.[0]?.id, 'waiting'],
        [c?.[0]?.id, 'givenUp'],
      ])
    })

    it('writes an attempt down once, and none of somebody whose lease is over', async () => {
      const [store, other] = [await open(), await nodes.open()]
      await report(store, newCall())
      const slow = await store.pushes.claim(everything)
      await nodes.clock.advance(5_000)
      const quick = await other.pushes.claim(everything)
      await store.pushes.settle(attempt(slow, 'too late'))
      expect(await log(store)).toEqual([])
      await other.pushes.settle(attempt(quick))
      await other.pushes.settle(attempt(quick))
      expect(await log(store)).toMatchObject([{ delivered: true, status: 200, latencyMs: 12, answer: '{"code":0}' }])
      expect(await store.pushLog.receipts(accountId, {}, { limit: 9 })).toMatchObject([{ attempts: 1 }])
    })

    it('gives the secret of a signed subscription, which is kept sealed', async () => {
      const store = await open()
      const secret = await store.accounts.subscriptions.sign(accountId, 'VoiceReport')
      await report(store, newCall(), newCall())
      const items = await store.pushes.claim(everything)
      expect(items.map((item) => item.signingSecret)).toEqual([secret, secret])
      expect(JSON.stringify(await nodes.sql('SELECT * FROM subscriptions'))).not.toContain(secret)
      expect(await store.accounts.subscriptions.list(accountId)).toMatchObject([{ signed: true }])
      await store.accounts.subscriptions.stopSigning(accountId, 'VoiceReport')
      await store.pushes.release(items)
      expect(await store.pushes.claim(everything)).toMatchObject([
        { signingSecret: undefined },
        { signingSecret: undefined },
      ])
      await expect(store.accounts.subscriptions.sign(accountId, 'VoiceRTASRReport')).rejects.toMatchObject({
        refusal: 'unknown',
      })
    })
  })

  describe('receipts of one call', () => {
    it('are claimed together, in their order, while nothing of it is under way', async () => {
      const store = await open()
      const call = newCall()
      await report(store, call, newCall(), call)
      expect((await store.pushes.claim(everything)).map((item) => item.callId === call.callId)).toEqual([
        true,
        false,
        true,
      ])
    })

    it('wait for one that is in hand on any node, and go on when it is done', async () => {
      const [store, other] = [await open(), await nodes.open()]
      const call = newCall()
      await report(store, call)
      const first = await store.pushes.claim(everything)
      await report(store, call, newCall())
      expect((await other.pushes.claim(everything)).map((item) => item.callId === call.callId)).toEqual([false])
      await store.pushes.settle(attempt(first))
      await nodes.clock.advance(100)
      expect((await other.pushes.claim(everything)).map((item) => item.callId)).toEqual([call.callId])
    })

    it('wait for one that is to be tried again, also those that come later', async () => {
      const store = await open()
      const call = newCall()
      await report(store, call)
      const retryAt = nodes.clock.now() + 60_000
      await store.pushes.settle(attempt(await store.pushes.claim(everything), 'HTTP 503', retryAt))
      await report(store, call, call)
      expect(await store.pushes.claim(everything)).toEqual([])
      await nodes.clock.advance(59_999)
      expect(await store.pushes.claim(everything)).toEqual([])
      await nodes.clock.advance(1)
      const items = await store.pushes.claim(everything)
      expect(items.map((item) => item.attempts)).toEqual([1, 0, 0])
      expect(ids(items)).toEqual(ids(items).sort((a, b) => Number(a) - Number(b)))
    })

    it('do not wait for one that goes to another URL, nor for one that was given up', async () => {
      const store = await open()
      const call = newCall()
      await report(store, call)
      const first = await store.pushes.claim(everything)
      await store.accounts.subscriptions.set(accountId, 'VoiceReport', { queue: false, pushUrl: otherUrl })
      await report(store, call)
      expect(await store.pushes.claim(everything)).toMatchObject([{ url: otherUrl }])
      await store.accounts.subscriptions.set(accountId, 'VoiceReport', { queue: false, pushUrl })
      await report(store, call)
      await store.pushes.settle(attempt(first, 'HTTP 503'))
      expect(await store.pushes.claim(everything)).toMatchObject([{ url: pushUrl }])
    })

    it('wait when the claim had no room for the first of them', async () => {
      const store = await open()
      const [call, other] = [newCall(), newCall()]
      await report(store, call, other)
      const items = await store.pushes.claim(everything)
      const mine = items.filter((item) => item.callId === call.callId)
      const retryAt = nodes.clock.now() + 1_000
      await store.pushes.settle(attempt(mine, 'HTTP 503', retryAt))
      await store.pushes.release(items.filter((item) => item.callId !== call.callId))
      await report(store, call)
      await nodes.clock.advance(1_000)
      // The later receipt of the call is due for longer than the first, and the other call's is due for longest.
      expect((await store.pushes.claim({ ...everything, limit: 2, perTarget: 2 })).map((item) => item.callId)).toEqual([
        other.callId,
      ])
    })
  })

  describe('the delivery log', () => {
    it('lists attempts and receipts by id, call, type, state and time, newest first, in pages', async () => {
      const store = await open()
      const start = nodes.clock.now()
      const [a, b] = [newCall(), newCall()]
      await report(store, a)
      await store.pushes.settle(attempt(await store.pushes.claim(everything), 'HTTP 503', start + 60_000))
      await nodes.clock.advance(60_000)
      await report(store, b)
      await store.pushes.settle(attempt(await store.pushes.claim(everything)))
      const attempts = async (filter: object, page = { limit: 9 }) =>
        (await store.pushLog.attempts(accountId, filter, page)).map((one) => [one.callId, one.delivered, one.error])
      expect(await attempts({ callId: a.callId })).toEqual([
        [a.callId, true, undefined],
        [a.callId, false, 'HTTP 503'],
      ])
      expect(await attempts({ to: start + 60_000 })).toEqual([[a.callId, false, 'HTTP 503']])
      expect(await attempts({ from: start + 60_000, messageType: 'VoiceReport' })).toHaveLength(2)
      expect(await attempts({ messageType: 'VoiceCallReport' })).toEqual([])
      const [newest] = await store.pushLog.attempts(accountId, {}, { limit: 1 })
      expect(await attempts({}, { limit: 9, ...{ before: newest?.id } })).toHaveLength(2)
      const receipts = await store.pushLog.receipts(accountId, { state: 'delivered' }, { limit: 9 })
      expect(receipts.map((one) => [one.callId, one.attempts])).toEqual([
        [b.callId, 1],
        [a.callId, 2],
      ])
      expect(JSON.parse(receipts[0]?.body ?? '')).toEqual({ call_id: b.callId, duration: '4' })
      expect(await store.pushLog.receipts(accountId, { ids: [receipts[1]?.id ?? '', 'x'] }, { limit: 9 })).toEqual([
        receipts[1],
      ])
      expect(await store.pushLog.receipts(accountId, { state: 'givenUp' }, { limit: 9 })).toEqual([])
    })

    it('pushes again what it is told to, to the URL of now, with all attempts before it', async () => {
      const store = await open()
      const [a, b, c] = [newCall(), newCall(), newCall()]
      await report(store, a, b, c)
      const items = await store.pushes.claim(everything)
      await store.pushes.settle(attempt(items.slice(0, 1)))
      await store.pushes.settle(attempt(items.slice(1, 2), 'HTTP 503'))
      await store.accounts.subscriptions.set(accountId, 'VoiceReport', { queue: false, pushUrl: otherUrl })
      expect(await store.pushLog.replay(accountId, { state: 'givenUp' })).toBe(1)
      expect(await store.pushes.claim(everything)).toMatchObject([{ callId: b.callId, attempts: 0, url: otherUrl }])
      expect(await store.pushLog.replay(accountId, { callId: a.callId })).toBe(1)
      // Two are in hand now, and stay there.
      expect(await store.pushLog.replay(accountId, {})).toBe(1)
      expect(await store.pushLog.replay(accountId, { from: nodes.clock.now() + 1 })).toBe(0)
      expect(await store.pushLog.replay(accountId, { ids: [] })).toBe(0)
      await store.accounts.subscriptions.set(accountId, 'VoiceReport', { queue: true })
      expect(await store.pushLog.replay(accountId, { ids: ids(items.slice(0, 1)) })).toBe(0)
    })

    it('shows and pushes nothing of another account', async () => {
      const store = await open()
      await store.accounts.create({ accountId: '1000000002', name: 'Other' })
      await store.accounts.subscriptions.set('1000000002', 'VoiceReport', { queue: false, pushUrl: otherUrl })
      const call = newCall()
      await report(store, call)
      const items = await store.pushes.claim(everything)
      await store.pushes.settle(attempt(items))
      for (const filter of [{}, { ids: ids(items) }, { callId: call.callId }]) {
        expect(await store.pushLog.receipts('1000000002', filter, { limit: 9 })).toEqual([])
        expect(await store.pushLog.attempts('1000000002', filter, { limit: 9 })).toEqual([])
        expect(await store.pushLog.replay('1000000002', filter)).toBe(0)
      }
    })

    it('is kept for a week', async () => {
      const store = await open()
      await report(store, newCall(), newCall())
      const [settled] = await store.pushes.claim({ ...everything, limit: 1 })
      await store.pushes.settle(attempt(settled === undefined ? [] : [settled]))
      await cleanLater(nodes, 7 * dayMs)
      expect(await store.pushLog.receipts(accountId, {}, { limit: 9 })).toHaveLength(2)
      await cleanLater(nodes, 7 * dayMs + 1)
      expect(await store.pushLog.receipts(accountId, {}, { limit: 9 })).toMatchObject([{ state: 'waiting' }])
      expect(await log(store)).toEqual([])
    })
  })
}
