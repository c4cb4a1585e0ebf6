import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../fakes/fake-clock.ts'
import { MemoryReceipts } from '../../fakes/memory-receipts.ts'
import type { Call } from '../domain/call/call.ts'
import { createEventBus } from '../events/event-bus.ts'
import { silentLog } from '../lib/log.ts'
import { RecordKeeper } from './record-keeper.ts'

function call(callId: string): Call {
  return {
    callId,
    accountId: '1000000001',
    operation: 'SingleCallByTts',
    product: 'verification',
    calledNumber: '13900000000',
    showNumber: '',
    outId: '',
    script: { steps: [] },
    acceptedAt: 0,
  }
}

function house(behindAt?: number) {
  const clock = new FakeClock()
  const store = new MemoryReceipts(clock)
  const bus = createEventBus()
  const errors: object[] = []
  const log = { ...silentLog, error: (fields: object) => void errors.push(fields) }
  const keeper = new RecordKeeper({ bus, outbox: store, clock, log, ...(behindAt !== undefined && { behindAt }) })
  keeper.start()
  const codes = (callId: string) =>
    store.receipts.filter((one) => one.callId === callId).map(({ body: { status_code: code } }) => code)
  return { clock, store, bus, keeper, errors, codes }
}

function live(bus: ReturnType<typeof createEventBus>, one: Call) {
  bus.emit('call.dialling', { call: one, at: 1_000 })
  bus.emit('call.ringing', { call: one, at: 2_000 })
  bus.emit('call.answered', { call: one, at: 3_000 })
  const times = { diallingAt: 1_000, ringingAt: 2_000, answeredAt: 3_000, endedAt: 4_000 }
  bus.emit('call.ended', { call: one, outcome: 'heard', hangUpBy: 'here', ...times })
}

/** The status and key of each receipt of a call. */
const keysOf = (receipts: readonly { callId: string; body: object }[], callId: string) =>
  receipts.flatMap(({ callId: one, body }) => (one === callId && 'dtmf' in body ? [body.dtmf] : []))

const wholeStory = ['200101', '200201', '200102', '200100', '200000']

describe('RecordKeeper', () => {
  it('writes each key that is pressed, and all of them with the record', async () => {
    const { clock, store, bus, keeper, codes } = house()
    const one = call('a')
    for (const key of ['1', '#']) bus.emit('call.keyPressed', { call: one, key, at: 3_500 })
    bus.emit('call.ended', {
      call: one,
      outcome: 'keyTimeout',
      hangUpBy: 'here',
      answeredAt: 3_000,
      endedAt: 4_000,
      keys: '1#',
    })
    await clock.advance(0)
    await keeper.drained()
    expect(codes('a')).toEqual(['300000', '300000', '200100', '200008'])
    expect(keysOf(store.receipts, 'a')).toEqual(['1', '#', '1#'])
    expect(store.records).toMatchObject([{ callId: 'a', keys: '1#' }])
  })

  it('writes every state of a call and then its record, and wakes the queues', async () => {
    const { clock, store, bus, keeper, codes } = house()
    const queues = new Set<string>()
    bus.on('receipts.queued', (event) => event.queues.forEach((one) => void queues.add(one)))
    live(bus, call('a'))
    await clock.advance(0)
    await keeper.drained()
    expect(codes('a')).toEqual(wholeStory)
    expect(store.records).toMatchObject([{ callId: 'a', statusCode: '200000', durationSeconds: 1 }])
    expect([...queues].sort()).toEqual([
      'Alicom-Queue-1000000001-VoiceCallReport',
      'Alicom-Queue-1000000001-VoiceReport',
    ])
    expect(keeper.waiting).toBe(0)
  })

  it('tells a state as soon as it is reached', async () => {
    const { clock, bus, codes } = house()
    bus.emit('call.dialling', { call: call('a'), at: 1_000 })
    await clock.advance(0)
    expect(codes('a')).toEqual(['200101'])
    bus.emit('call.ringing', { call: call('a'), at: 2_000 })
    await clock.advance(0)
    expect(codes('a')).toEqual(['200101', '200201'])
  })

  it('tries again until the store takes it, in the same order, and says so', async () => {
    const { clock, store, bus, keeper, errors, codes } = house()
    store.failNext(5)
    live(bus, call('a'))
    let drained = false
    const whenDrained = keeper.drained().then(() => {
      drained = true
    })
    await clock.advance(100 + 200 + 400 + 800 + 1_599)
    expect(store.receipts).toEqual([])
    expect(drained).toBe(false)
    await clock.advance(1)
    expect(codes('a')).toEqual(wholeStory)
    expect(drained).toBe(true)
    await whenDrained
    expect(errors).toMatchObject([{ failures: 1 }, { failures: 2 }, { failures: 4 }])
    expect(clock.pendingTimers).toBe(0)
  })

  it('leaves out a call that cannot be recorded, says so, and goes on with the others', async () => {
    const { clock, store, bus, keeper, errors, codes } = house()
    bus.emit('call.ended', { call: call('a'), outcome: 'heard', hangUpBy: 'here', endedAt: Number.NaN })
    live(bus, call('b'))
    await clock.advance(0)
    await keeper.drained()
    expect(errors).toMatchObject([{ callId: 'a', err: { name: 'RangeError' } }])
    expect(codes('b')).toEqual(wholeStory)
    expect(store.records).toHaveLength(1)
    expect(keeper.waiting).toBe(0)
  })

  it('says that it is behind while too much waits', async () => {
    const { clock, store, bus, keeper } = house(8)
    store.failNext(2)
    live(bus, call('a'))
    expect(keeper.isBehind()).toBe(false)
    live(bus, call('b'))
    expect(keeper.isBehind()).toBe(true)
    await clock.advance(1_000)
    expect(keeper.isBehind()).toBe(false)
    expect(store.records).toHaveLength(2)
  })

  it('hears nothing any more once stopped, and still writes what it heard', async () => {
    const { clock, store, bus, keeper } = house()
    live(bus, call('a'))
    const closed = keeper.close(10_000)
    live(bus, call('b'))
    await clock.advance(0)
    await closed
    expect(store.records.map((one) => one.callId)).toEqual(['a'])
    expect(clock.pendingTimers).toBe(0)
  })

  it('does not wait for a store that stays away when it is closed', async () => {
    const { clock, store, bus, keeper, errors } = house()
    store.failNext(1_000)
    live(bus, call('a'))
    const closed = keeper.close(10_000)
    await clock.advance(10_000)
    await closed
    expect(errors.at(-1)).toEqual({ waiting: 4 })
    await clock.advance(10_000)
    expect(clock.pendingTimers).toBe(0)
  })

  it('a second end of a call is not waited for', async () => {
    const { clock, store, bus, keeper } = house()
    live(bus, call('a'))
    bus.emit('call.ended', { call: call('a'), outcome: 'systemError', hangUpBy: 'here', endedAt: 5_000 })
    await clock.advance(0)
    expect(store.records).toMatchObject([{ outcome: 'heard' }])
    expect(keeper.waiting).toBe(0)
  })

  it('keeps the order of each call and writes one record each, however often the store fails', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 20 }), async (calls, failures) => {
        const { clock, store, bus, keeper, codes } = house()
        store.failNext(failures)
        const ids = Array.from({ length: calls }, (_, index) => `call-${index}`)
        for (const id of ids) live(bus, call(id))
        await clock.advance(600_000)
        await keeper.drained()
        for (const id of ids) expect(codes(id)).toEqual(wholeStory)
        expect(store.records).toHaveLength(calls)
      }),
      { numRuns: 25 },
    )
  })
})
