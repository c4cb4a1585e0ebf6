import { describe, expect, it } from 'vitest'
import type { AcceptResult } from '../../../src/operations/ports.ts'
import type { TestNodes } from './bench-of-nodes.ts'
import { accountId, documented, newCall, newGuard } from './samples.ts'

const minuteMs = 60_000
const replayed = { accepted: false, because: 'replayed' }
const acceptedOf = (results: readonly AcceptResult[]) => results.filter((result) => result.accepted)

export function acceptingContract(nodes: TestNodes): void {
  describe('accepting', () => {
    it('puts the call on disk, for every node to find, for its account only', async () => {
      const [one, other] = [await nodes.open(), await nodes.open()]
      const call = newCall()
      expect(await one.calls.accept(call, newGuard())).toEqual({ accepted: true })
      expect(await other.records.find(accountId, call.callId)).toEqual({ call, record: undefined })
      expect(await other.records.find('1000000002', call.callId)).toBeUndefined()
    })

    it('takes many at once', async () => {
      const store = await nodes.open()
      const calls = Array.from({ length: 700 }, () => newCall())
      const results = await Promise.all(
        calls.map((call) => store.calls.accept(call, newGuard({ frequency: documented }))),
      )
      expect(acceptedOf(results)).toHaveLength(700)
      expect(await nodes.sql('SELECT count(*) FROM calls')).toEqual([{ count: '700' }])
    })

    it('refuses a nonce that was used, also after a restart, for half an hour', async () => {
      const first = await nodes.open()
      const guard = newGuard()
      expect(await first.calls.accept(newCall(), guard)).toEqual({ accepted: true })
      expect(await first.calls.accept(newCall(), guard)).toEqual(replayed)
      await first.close()
      const second = await nodes.open()
      expect(await second.calls.accept(newCall(), guard)).toEqual(replayed)
      expect(await second.calls.accept(newCall(), { ...guard, accessKeyId: 'otherId' })).toEqual({ accepted: true })
      await nodes.clock.advance(30 * minuteMs + 1)
      expect(await second.calls.accept(newCall(), guard)).toEqual({ accepted: true })
    })

    it('accepts one of many that arrive with the same nonce at once, on two nodes', async () => {
      const both = [await nodes.open(), await nodes.open()]
      const guard = newGuard({ frequency: documented })
      const accepts = Array.from({ length: 40 }, (_, index) => both[index % 2]?.calls.accept(newCall(), guard))
      const results = (await Promise.all(accepts)).filter((result) => result !== undefined)
      expect(acceptedOf(results)).toHaveLength(1)
      expect(results.filter((result) => !result.accepted && result.because === 'replayed')).toHaveLength(39)
      expect(await nodes.sql('SELECT count(*) FROM callee_windows')).toEqual([{ count: '1' }])
    })

    it('fails a call that cannot be stored alone, not those that arrived with it', async () => {
      const store = await nodes.open()
      const accepts = [newCall(), newCall({ outId: 'a\0b' }), newCall()].map((call) =>
        store.calls.accept(call, newGuard()),
      )
      const results = await Promise.allSettled(accepts)
      expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    })
  })

  describe('callee frequency', () => {
    it('is one a minute, five an hour, twenty a day, and says when the next call is allowed', async () => {
      const store = await nodes.open()
      const start = nodes.clock.now()
      const ring = () =>
        store.calls.accept(newCall({ calledNumber: '13900000000' }), newGuard({ frequency: documented }))
      const refusedUntil = (nextAt: number, limit: string) => ({
        accepted: false,
        because: 'tooFrequent',
        nextAt,
        limit,
      })

      expect(await ring()).toEqual({ accepted: true })
      expect(await ring()).toEqual(refusedUntil(start + minuteMs, 'perMinute'))
      for (let call = 2; call <= 5; call++) {
        await nodes.clock.advance(minuteMs)
        expect(await ring()).toEqual({ accepted: true })
      }
      await nodes.clock.advance(minuteMs)
      expect(await ring()).toEqual(refusedUntil(start + 60 * minuteMs, 'perHour'))
      await nodes.clock.advance(55 * minuteMs)
      for (let call = 6; call <= 20; call++) {
        expect(await ring()).toEqual({ accepted: true })
        await nodes.clock.advance(13 * minuteMs)
      }
      expect(await ring()).toEqual(refusedUntil(start + 24 * 60 * minuteMs, 'perDay'))
      await nodes.clock.advance(start + 24 * 60 * minuteMs - nodes.clock.now())
      expect(await ring()).toEqual({ accepted: true })
    })

    it('holds for calls that arrive at once, on two nodes', async () => {
      const both = [await nodes.open(), await nodes.open()]
      const frequency = { perMinute: 3, perHour: 5, perDay: 20 }
      const accepts = Array.from({ length: 60 }, (_, index) =>
        both[index % 2]?.calls.accept(newCall({ calledNumber: '13900000000' }), newGuard({ frequency })),
      )
      const results = (await Promise.all(accepts)).filter((result) => result !== undefined)
      expect(acceptedOf(results)).toHaveLength(3)
      expect(results.filter((result) => !result.accepted && result.because === 'tooFrequent')).toHaveLength(57)
      expect(await nodes.sql('SELECT count(*) FROM calls')).toEqual([{ count: '3' }])
    })

    it('holds after a restart', async () => {
      const call = newCall()
      const first = await nodes.open()
      await first.calls.accept(call, newGuard({ frequency: documented }))
      await first.close()
      const second = await nodes.open()
      const again = newCall({ calledNumber: call.calledNumber })
      expect(await second.calls.accept(again, newGuard({ frequency: documented }))).toMatchObject({
        because: 'tooFrequent',
      })
    })

    it('counts per account, product and callee', async () => {
      const store = await nodes.open()
      const calledNumber = '13900000000'
      const others = [
        newCall({ calledNumber }),
        newCall({ calledNumber, product: 'notification' }),
        newCall({ calledNumber, accountId: '1000000002' }),
        newCall(),
      ]
      for (const call of others) {
        expect(await store.calls.accept(call, newGuard({ frequency: documented }))).toEqual({ accepted: true })
      }
    })

    it('counts no replay, and uses up the nonce of a refused request', async () => {
      const store = await nodes.open()
      const calledNumber = '13900000000'
      const guard = newGuard({ frequency: documented })
      await store.calls.accept(newCall(), guard)
      expect(await store.calls.accept(newCall({ calledNumber }), guard)).toEqual(replayed)
      expect(await store.calls.accept(newCall({ calledNumber }), newGuard({ frequency: documented }))).toEqual({
        accepted: true,
      })

      const refused = [newGuard({ frequency: documented }), newGuard({ frequency: documented })]
      for (const each of refused) {
        expect(await store.calls.accept(newCall({ calledNumber }), each)).toMatchObject({ because: 'tooFrequent' })
      }
      await nodes.clock.advance(minuteMs)
      for (const each of refused) expect(await store.calls.accept(newCall({ calledNumber }), each)).toEqual(replayed)
    })

    it('is not held when the operator turned it off', async () => {
      const store = await nodes.open()
      const calls = Array.from({ length: 10 }, () => newCall({ calledNumber: '13900000000' }))
      const results = await Promise.all(calls.map((call) => store.calls.accept(call, newGuard())))
      expect(acceptedOf(results)).toHaveLength(10)
    })
  })
}
