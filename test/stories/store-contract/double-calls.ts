import { describe, expect, it, vi } from 'vitest'
import type { Call } from '../../../src/domain/call/call.ts'
import type { CallOff } from '../../../src/engine/ports.ts'
import type { Store } from '../../../src/store/store.ts'
import type { TestNodes } from './bench-of-nodes.ts'
import { accountId, documented, newCall, newGuard, recordFor } from './samples.ts'
import { cleanLater } from './subscribed-store.ts'

/** A call of two legs. */
const newDouble = (to = '13800000000', wanted: Partial<Call> = {}) =>
  newCall({
    operation: 'ClickToDial',
    product: 'doubleCall',
    script: { steps: [{ do: 'bridge', to, show: '057128880001', record: false }] },
    ...wanted,
  })

async function acceptAll(store: Store, calls: readonly Call[]): Promise<void> {
  for (const call of calls) await store.calls.accept(call, newGuard())
}

/** What a node heard of calls that were called off. */
function heardBy(store: Store): CallOff[] {
  const heard: CallOff[] = []
  store.calls.onCalledOff((off) => heard.push(off))
  return heard
}

export function doubleCallsContract(nodes: TestNodes): void {
  describe('calls that take two lines', () => {
    it('are handed out when both are free, and let nothing behind them pass meanwhile', async () => {
      const store = await nodes.open()
      const [single, double, last] = [
        newCall({ acceptedAt: 1, product: 'ivr' }),
        newDouble(undefined, { acceptedAt: 2 }),
        newCall({ acceptedAt: 3, product: 'ivr' }),
      ]
      await acceptAll(store, [single, double, last])
      expect(await store.calls.claim(2)).toEqual([single])
      expect(await store.calls.claim(1)).toEqual([])
      expect(await store.calls.claim(1, true)).toEqual([double])
      expect(await store.calls.claim(3)).toEqual([last])
    })

    it('are counted with both numbers, in either role; what is refused for one number does not count for the other', async () => {
      const store = await nodes.open()
      const ring = (from: string, to: string) =>
        store.calls.accept(newDouble(to, { calledNumber: from }), newGuard({ frequency: documented }))
      const [a, b, c, d] = ['13900000001', '13900000002', '13900000003', '13900000004']
      expect(await ring(a, b)).toEqual({ accepted: true })
      expect(await ring(a, c)).toMatchObject({ accepted: false, because: 'tooFrequent', limit: 'perMinute' })
      expect(await ring(c, b)).toMatchObject({ accepted: false, because: 'tooFrequent', limit: 'perMinute' })
      expect(await ring(b, c)).toMatchObject({ accepted: false, because: 'tooFrequent' })
      expect(await ring(d, c)).toEqual({ accepted: true })
    })

    it('that the database refuses are counted with neither number', async () => {
      const store = await nodes.open()
      const [a, b] = ['13900000001', '13900000002']
      const ring = (from: string, to: string, outId: string) =>
        store.calls.accept(newDouble(to, { calledNumber: from, outId }), newGuard({ frequency: documented }))
      // PostgreSQL keeps no such character.
      await expect(ring(a, b, 'a\u0000b')).rejects.toThrow('invalid byte sequence')
      await cleanLater(nodes, 0)
      expect(await nodes.sql('SELECT called_number FROM callee_windows')).toEqual([])
      expect(await ring(b, a, '')).toEqual({ accepted: true })
    })

    it('do not wait for each other in a circle when they ring the same numbers at once', async () => {
      const store = await nodes.open()
      const [a, b] = ['13900000001', '13900000002']
      const guard = () => newGuard({ frequency: documented })
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, index) => {
          const [from, to] = index % 2 === 0 ? [a, b] : [b, a]
          return store.calls.accept(newDouble(to, { calledNumber: from }), guard())
        }),
      )
      expect(results.filter(({ accepted }) => accepted)).toHaveLength(1)
    })

    it('keep both legs in their record', async () => {
      const store = await nodes.open()
      const call = newDouble()
      await acceptAll(store, [call])
      const callee = {
        number: '13800000000',
        showNumber: '057128880001',
        diallingAt: 40,
        ringingAt: 50,
        answeredAt: 60,
        endedAt: 70,
        trunk: 'other',
      }
      const record = recordFor(call, {
        outcome: 'connected',
        hangUpBy: 'caller',
        earlyMediaCode: '200130',
        trunk: 'one',
        callee,
      })
      await store.outbox.finish(record, [])
      expect((await store.records.find(accountId, call.callId))?.record).toEqual(record)
      const never = newDouble()
      await acceptAll(store, [never])
      const unrung = recordFor(never, { callee: { number: '13800000000', showNumber: '' } })
      await store.outbox.finish(unrung, [])
      expect((await store.records.find(accountId, never.callId))?.record).toEqual(unrung)
    })

    it.each([
      ['both legs', { answeredAt: 5_000, endedAt: 70_000 }, 2 + 2],
      ['the caller’s leg, when the callee did not answer', { endedAt: 20_000 }, 2],
    ])('pay for each started minute of %s', async (_what, times, minutes) => {
      const store = await nodes.open()
      await store.accounts.create({ accountId, name: 'Test' })
      await store.accounts.ledger.topUp(accountId, { amountE4: 10_000 })
      const call = newDouble()
      await store.calls.accept(call, newGuard({ price: { perMinuteE4: 100, heldE4: 200 } }))
      const callee = { number: '13800000000', showNumber: '', ...times }
      await store.outbox.finish(
        recordFor(call, { answeredAt: 1_000, endedAt: 71_000, durationSeconds: 66, callee }),
        [],
      )
      expect(await store.accounts.ledger.balance(accountId)).toEqual({ balanceE4: 10_000 - 100 * minutes, heldE4: 0 })
      expect(await store.accounts.ledger.audit(accountId)).toMatchObject({ isRight: true })
    })
  })

  describe('calls for which there was no line', () => {
    it('go back to the queue, are handed out again after their pause, and let others pass meanwhile', async () => {
      const store = await nodes.open()
      const [first, second] = [newCall({ acceptedAt: 1 }), newCall({ acceptedAt: 2 })]
      await acceptAll(store, [first, second])
      expect(await store.calls.claim(1)).toEqual([first])
      expect(await store.calls.putBack([{ call: first, notBefore: nodes.clock.now() + 1000 }])).toEqual([])
      expect(await store.calls.claim(2)).toEqual([second])
      await nodes.clock.advance(1000)
      expect(await store.calls.claim(2)).toEqual([first])
    })

    it('are not put back by a node that does not have them, nor when they were called off', async () => {
      const [one, other] = [await nodes.open(), await nodes.open()]
      const call = newCall()
      await acceptAll(one, [call])
      await one.calls.claim(1)
      expect(await other.calls.putBack([{ call, notBefore: 0 }])).toEqual([])
      expect(await other.calls.claim(1)).toEqual([])
      await one.calls.cancel(accountId, call.callId)
      expect(await one.calls.putBack([{ call, notBefore: 0 }])).toEqual([call])
      expect(await other.calls.claim(1)).toEqual([])
    })

    it('are not taken for called off when the answer got lost and they are put back once more', async () => {
      const [one, other] = [await nodes.open(), await nodes.open()]
      const call = newCall()
      await acceptAll(one, [call])
      await one.calls.claim(1)
      expect(await one.calls.putBack([{ call, notBefore: 0 }])).toEqual([])
      expect(await one.calls.putBack([{ call, notBefore: 0 }])).toEqual([])
      expect(await other.calls.claim(1)).toEqual([call])
      expect(await one.calls.putBack([{ call, notBefore: 0 }])).toEqual([])
    })
  })

  describe('a call that is called off', () => {
    it('while it waits: it is the asking node’s to end, and is never handed out', async () => {
      const [one, other] = [await nodes.open(), await nodes.open()]
      const call = newDouble()
      await acceptAll(one, [call])
      const [heard, heardElsewhere] = [heardBy(other), heardBy(one)]
      expect(await other.calls.cancel(accountId, call.callId)).toBe('cancelled')
      expect(heard).toEqual([{ kind: 'queued', call }])
      expect(await one.calls.claim(10)).toEqual([])
      expect(await other.calls.cancel(accountId, call.callId)).toBe('cancelled')
      expect(heardElsewhere).toEqual([])
      await other.outbox.finish(recordFor(call, { outcome: 'cancelled', statusCode: '200005' }), [])
      expect(await one.calls.cancel(accountId, call.callId)).toBe('cancelled')
    })

    it('on the line of this node, and of another one: the one that has it hears of it', async () => {
      const [one, other] = [await nodes.open(), await nodes.open()]
      const [here, there] = [newCall({ acceptedAt: 1 }), newCall({ acceptedAt: 2 })]
      await acceptAll(one, [here, there])
      await one.calls.claim(1)
      await other.calls.claim(1)
      const [heard, heardThere] = [heardBy(one), heardBy(other)]
      expect(await one.calls.cancel(accountId, here.callId)).toBe('cancelled')
      expect(heard[0]).toEqual({ kind: 'live', callId: here.callId })
      expect(await one.calls.cancel(accountId, there.callId)).toBe('cancelled')
      await vi.waitFor(() => expect(heardThere).toEqual([{ kind: 'live', callId: there.callId }]))
      expect(heard.filter((off) => off.kind === 'live' && off.callId === there.callId)).toEqual([])
      expect(await other.calls.calledOffHere()).toEqual([there.callId])
    })

    it('on a node that died: whoever takes it over learns that it was called off', async () => {
      const [dead, heir] = [await nodes.open(), await nodes.open()]
      const [off, on] = [newCall({ acceptedAt: 1 }), newCall({ acceptedAt: 2 })]
      await acceptAll(dead, [off, on])
      await dead.calls.claim(2)
      await heir.calls.cancel(accountId, off.callId)
      await dead.close()
      expect((await heir.calls.orphans()).map(({ call, isCalledOff }) => [call.callId, isCalledOff])).toEqual([
        [off.callId, true],
        [on.callId, false],
      ])
    })

    it('after its end, or of another account, is not there to be called off', async () => {
      const store = await nodes.open()
      const call = newCall()
      await acceptAll(store, [call])
      expect(await store.calls.cancel('1000000002', call.callId)).toBe('unknown')
      expect(await store.calls.cancel(accountId, '170420064500^999999999999')).toBe('unknown')
      await store.calls.claim(1)
      await store.outbox.finish(recordFor(call), [])
      expect(await store.calls.cancel(accountId, call.callId)).toBe('ended')
    })

    it('is claimed or called off, never both, when two nodes do it at once', async () => {
      const [one, other] = [await nodes.open(), await nodes.open()]
      const calls = Array.from({ length: 60 }, () => newCall())
      await acceptAll(one, calls)
      const heard = heardBy(other)
      const claims = Array.from({ length: 20 }, () => one.calls.claim(3))
      const asked = calls.map((call) => other.calls.cancel(accountId, call.callId))
      const claimed = (await Promise.all(claims)).flat()
      expect(new Set(await Promise.all(asked))).toEqual(new Set(['cancelled']))
      const unrung = heard.flatMap((off) => (off.kind === 'queued' ? [off.call.callId] : []))
      const all = [...claimed.map((call) => call.callId), ...unrung]
      expect(new Set(all).size).toBe(all.length)
      expect(all.length + (await one.calls.claim(100)).length).toBe(calls.length)
      expect((await one.calls.calledOffHere()).sort()).toEqual(claimed.map((call) => call.callId).sort())
    })
  })
}
