import { describe, expect, it } from 'vitest'
import type { AcceptGuard } from '../../../src/operations/ports.ts'
import type { Store } from '../../../src/store/store.ts'
import type { TestNodes } from './bench-of-nodes.ts'
import { accountId, documented, newCall, newGuard, receiptFor, recordFor } from './samples.ts'

const perMinuteE4 = 1150
const unaffordable = { accepted: false, because: 'unaffordable' }
const priced = (wanted: Partial<AcceptGuard> = {}) =>
  newGuard({ price: { perMinuteE4, heldE4: perMinuteE4 }, ...wanted })

export function chargingContract(nodes: TestNodes): void {
  const openWithBalance = async (minutes: number): Promise<Store> => {
    const store = await nodes.open()
    await store.accounts.create({ accountId, name: 'Test' })
    await store.accounts.ledger.topUp(accountId, { amountE4: minutes * perMinuteE4 })
    return store
  }
  const balanceOf = (store: Store) => store.accounts.ledger.balance(accountId)
  const booksAreRight = async (store: Store) =>
    expect(await store.accounts.ledger.audit(accountId)).toMatchObject({ isRight: true })

  describe('a balance', () => {
    it('is held back by a call, and charged with its record by started minutes', async () => {
      const store = await openWithBalance(10)
      const call = newCall()
      expect(await store.calls.accept(call, priced())).toEqual({ accepted: true })
      expect(await balanceOf(store)).toEqual({ balanceE4: 10 * perMinuteE4, heldE4: perMinuteE4 })
      await booksAreRight(store)
      await store.outbox.finish(recordFor(call, { durationSeconds: 61 }), [receiptFor(call)])
      expect(await balanceOf(store)).toEqual({ balanceE4: 8 * perMinuteE4, heldE4: 0 })
      expect(await store.accounts.ledger.list(accountId, { limit: 10 })).toEqual([
        {
          id: expect.any(Number),
          kind: 'charge',
          amountE4: -2 * perMinuteE4,
          callId: call.callId,
          createdAt: nodes.clock.now(),
        },
        { id: expect.any(Number), kind: 'topUp', amountE4: 10 * perMinuteE4, createdAt: nodes.clock.now() },
      ])
      expect(await nodes.sql('SELECT cost_e4 FROM call_records')).toEqual([{ cost_e4: '2300' }])
      await booksAreRight(store)
    })

    it.each([
      [0, 1],
      [1, 1],
      [60, 1],
      [61, 2],
      [120, 2],
      [121, 3],
    ])('is charged, for an answered call of %i s, %i minutes', async (durationSeconds, minutes) => {
      const store = await openWithBalance(10)
      const call = newCall()
      await store.calls.accept(call, priced())
      await store.outbox.finish(recordFor(call, { durationSeconds }), [])
      expect(await balanceOf(store)).toEqual({ balanceE4: (10 - minutes) * perMinuteE4, heldE4: 0 })
    })

    it('gets back what a call held that nobody answered, and pays nothing for it', async () => {
      const store = await openWithBalance(1)
      const call = newCall()
      await store.calls.accept(call, priced())
      const { answeredAt, ...unanswered } = recordFor(call, { outcome: 'busy', durationSeconds: 0 })
      expect(answeredAt).toBeDefined()
      await store.outbox.finish(unanswered, [])
      expect(await balanceOf(store)).toEqual({ balanceE4: perMinuteE4, heldE4: 0 })
      await booksAreRight(store)
    })

    it('refuses the call that it does not cover; another one may follow when one ended unanswered', async () => {
      const store = await openWithBalance(1)
      const first = newCall()
      await store.calls.accept(first, priced())
      const refused = newCall()
      expect(await store.calls.accept(refused, priced({ frequency: documented }))).toEqual(unaffordable)
      expect(await store.records.find(accountId, refused.callId)).toBeUndefined()
      const { answeredAt, ...unanswered } = recordFor(first, { outcome: 'busy', durationSeconds: 0 })
      expect(answeredAt).toBeDefined()
      await store.outbox.finish(unanswered, [])
      // The refused call did not count as a call to its callee.
      const again = newCall({ calledNumber: refused.calledNumber })
      expect(await store.calls.accept(again, priced({ frequency: documented }))).toEqual({ accepted: true })
    })

    it('of an account that was never topped up covers nothing; free calls are accepted', async () => {
      const store = await openWithBalance(5)
      const other = '1000000002'
      expect(await store.calls.accept(newCall({ accountId: other }), priced())).toEqual(unaffordable)
      expect(await store.calls.accept(newCall({ accountId: other }), newGuard())).toEqual({ accepted: true })
      expect(await balanceOf(store)).toMatchObject({ heldE4: 0 })
    })

    it('is charged once, whoever reports the end and however often', async () => {
      const both = [await openWithBalance(10), await nodes.open()]
      const call = newCall()
      await both[0]?.calls.accept(call, priced())
      const record = recordFor(call, { durationSeconds: 30 })
      await Promise.all(Array.from({ length: 10 }, (_, index) => both[index % 2]?.outbox.finish(record, [])))
      for (const store of both) {
        expect(await balanceOf(store)).toEqual({ balanceE4: 9 * perMinuteE4, heldE4: 0 })
        await booksAreRight(store)
      }
    })

    it('is never promised twice: many accepts at once, on two nodes, free and priced mixed', async () => {
      const both = [await openWithBalance(50), await nodes.open()]
      const accept = async (guard: AcceptGuard, index: number) => both[index % 2]?.calls.accept(newCall(), guard)
      const [free, paid] = await Promise.all([
        Promise.all(Array.from({ length: 100 }, (_, index) => accept(newGuard(), index))),
        Promise.all(Array.from({ length: 200 }, (_, index) => accept(priced({ frequency: documented }), index))),
      ])
      expect(free).toEqual(Array.from({ length: 100 }, () => ({ accepted: true })))
      expect(paid.filter((result) => result?.accepted)).toHaveLength(50)
      expect(await nodes.sql('SELECT count(*), sum(held_e4) FROM call_holds')).toEqual([
        { count: '50', sum: String(50 * perMinuteE4) },
      ])
      for (const store of both) await booksAreRight(store)
    })

    it('comes out right when calls begin and end at once on two nodes, while it is topped up', async () => {
      const both = [await openWithBalance(40), await nodes.open()]
      const live = async (index: number): Promise<number> => {
        const store = both[index % 2]
        const call = newCall()
        if (store === undefined || !(await store.calls.accept(call, priced())).accepted) return 0
        const durationSeconds = (index * 37) % 200
        await store.outbox.finish(recordFor(call, { durationSeconds }), [receiptFor(call)])
        return Math.max(1, Math.ceil(durationSeconds / 60))
      }
      const topUps = Array.from({ length: 20 }, () =>
        both[0]?.accounts.ledger.topUp(accountId, { amountE4: 3 * perMinuteE4 }),
      )
      const [minutes] = await Promise.all([
        Promise.all(Array.from({ length: 200 }, (_, index) => live(index))),
        Promise.all(topUps),
      ])
      const spent = minutes.reduce((sum, each) => sum + each, 0)
      for (const store of both) {
        expect(await balanceOf(store)).toEqual({ balanceE4: (40 + 60 - spent) * perMinuteE4, heldE4: 0 })
        await booksAreRight(store)
      }
    })
  })

  describe('a ledger', () => {
    it('books one reference once, and no more than is free', async () => {
      const { ledger } = (await openWithBalance(10)).accounts
      const refused = (refusal: string) => expect.objectContaining({ name: 'AdminRefused', refusal })
      const booking = { amountE4: 5000, reference: 'bill-7' }
      expect(await ledger.topUp(accountId, booking)).toEqual({ balanceE4: 16_500, heldE4: 0 })
      await expect(ledger.topUp(accountId, booking)).rejects.toEqual(refused('exists'))
      await expect(ledger.topUp(accountId, { amountE4: 0 })).rejects.toEqual(refused('malformed'))
      await expect(ledger.topUp(accountId, { amountE4: 0.5 })).rejects.toEqual(refused('malformed'))
      await expect(ledger.topUp('1000000009', { amountE4: 1 })).rejects.toEqual(refused('unknown'))
      await expect(ledger.withdraw(accountId, { amountE4: 16_501 })).rejects.toEqual(refused('unaffordable'))
      expect(await ledger.withdraw(accountId, { amountE4: 16_500 })).toEqual({ balanceE4: 0, heldE4: 0 })
      expect(await ledger.audit(accountId)).toMatchObject({ isRight: true, ledgerE4: 0 })
      const [newest, ...older] = await ledger.list(accountId, { limit: 2 })
      expect(newest).toMatchObject({ kind: 'withdrawal', amountE4: -16_500 })
      expect(await ledger.list(accountId, { limit: 2, beforeId: newest?.id ?? 0 })).toMatchObject([
        ...older,
        { kind: 'topUp', amountE4: 11_500 },
      ])
    })

    it('does not withdraw what live calls hold', async () => {
      const store = await openWithBalance(2)
      await store.calls.accept(newCall(), priced())
      const { ledger } = store.accounts
      await expect(ledger.withdraw(accountId, { amountE4: perMinuteE4 + 1 })).rejects.toMatchObject({
        refusal: 'unaffordable',
      })
      expect(await ledger.withdraw(accountId, { amountE4: perMinuteE4 })).toEqual({
        balanceE4: perMinuteE4,
        heldE4: perMinuteE4,
      })
    })

    it('that was tampered with is found out', async () => {
      const store = await openWithBalance(2)
      const call = newCall()
      await store.calls.accept(call, priced())
      await store.outbox.finish(recordFor(call), [])
      await nodes.sql('UPDATE call_records SET cost_e4 = cost_e4 - 1')
      expect(await store.accounts.ledger.audit(accountId)).toMatchObject({ isRight: false, mismatchedCalls: 1 })
    })
  })
}
