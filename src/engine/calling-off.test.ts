import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../fakes/fake-clock.ts'
import { doubleCall, type PlacedCall, placeCall } from '../../fakes/live-call-bench.ts'
import { sampleCall } from '../../fakes/sample-call.ts'
import type { Call } from '../domain/call/call.ts'
import { createEventBus } from '../events/event-bus.ts'
import { silentLog } from '../lib/log.ts'
import { CallOffWatch } from './call-off-watch.ts'
import type { CallOff, Speech } from './ports.ts'

/** How a call comes to the state in which it is called off. */
const ways: readonly [
  state: string,
  call: () => Call,
  go: (placed: PlacedCall) => void | Promise<void>,
  outcome: string,
][] = [
  ['dialling', sampleCall, () => {}, 'cancelled'],
  ['ringing', sampleCall, ({ trunk }) => void trunk.leg().emit('ringing'), 'cancelled'],
  ['answered', sampleCall, ({ trunk }) => trunk.leg().answer(), 'cancelled'],
  ['dialling', doubleCall, () => {}, 'cancelled'],
  ['ringing', doubleCall, ({ trunk }) => void trunk.leg().emit('ringing'), 'cancelled'],
  ['calleeDialling', doubleCall, ({ trunk }) => trunk.leg().answer(), 'cancelled'],
  [
    'calleeRinging',
    doubleCall,
    async ({ trunk, clock }) => {
      trunk.leg().answer()
      await clock.advance(0)
      trunk.leg(1).emit('ringing')
    },
    'cancelled',
  ],
  [
    'connected',
    doubleCall,
    async ({ trunk, clock }) => {
      trunk.leg().answer()
      await clock.advance(0)
      trunk.leg(1).answer()
    },
    'cutShort',
  ],
]

describe('calling a call off', () => {
  it.each(ways)('%s, %o: every leg is hung up and nothing is left', async (state, call, go, outcome) => {
    const placed = await placeCall(call())
    await go(placed)
    await placed.clock.advance(1000)
    expect(placed.live.state).toBe(state)
    placed.live.callOff()
    placed.live.callOff()
    await placed.over
    await placed.clock.advance(0)
    expect(placed.ends).toHaveLength(1)
    expect(placed.ends[0]).toMatchObject({ outcome, hangUpBy: 'here' })
    expect(placed.ends[0]).not.toHaveProperty('sipStatus')
    for (const leg of placed.trunk.legs) expect(leg.hangUps).toBeGreaterThan(0)
    expect(placed.leftovers()).toEqual([])
  })

  it('before it is dialled: it never is', async () => {
    let rendered = (_: { files: string[]; durationMs: number }) => {}
    const slow: Speech = { render: () => new Promise((resolve) => (rendered = resolve)) }
    const { live, over, ends, news, trunk } = await placeCall(sampleCall(), { speech: slow })
    live.callOff()
    rendered({ files: ['a.wav'], durationMs: 900 })
    await over
    expect(trunk.legs).toEqual([])
    expect(news).toEqual(['ended'])
    expect(ends[0]).toMatchObject({ outcome: 'cancelled' })
  })

  it('wins over an answer, and over a refusal, that crosses it', async () => {
    const answered = await placeCall()
    answered.trunk.leg().answer()
    answered.live.callOff()
    await answered.over
    expect(answered.ends[0]).toMatchObject({ outcome: 'cancelled' })
    const refused = await placeCall()
    const leg = refused.trunk.leg()
    leg.hangUp = () => leg.end({ answered: false, outcome: 'busy', sipStatus: 486 })
    refused.live.callOff()
    await refused.over
    expect(refused.ends[0]).toMatchObject({ outcome: 'cancelled' })
  })

  it('changes nothing about a call that was heard to its end and is about to be hung up', async () => {
    const { trunk, clock, live, over, ends, leftovers } = await placeCall()
    trunk.leg().answer()
    await clock.advance(0)
    trunk.leg().finishPlaying()
    await clock.advance(10)
    live.callOff()
    await over
    expect(ends[0]).toMatchObject({ outcome: 'heard' })
    expect(leftovers()).toEqual([])
  })

  it('while the caller hears that the callee is busy: the callee was', async () => {
    const { trunk, clock, live, over, ends, leftovers } = await placeCall(doubleCall())
    trunk.leg().answer()
    await clock.advance(0)
    trunk.leg(1).end({ answered: false, outcome: 'busy', sipStatus: 486 })
    await clock.advance(0)
    live.callOff()
    await over
    expect(ends[0]).toMatchObject({ outcome: 'calleeBusy' })
    expect(leftovers()).toEqual([])
  })
})

describe('CallOffWatch', () => {
  function watch(liveCalls = 1) {
    const clock = new FakeClock()
    const bus = createEventBus()
    const ended: string[] = []
    bus.on('call.ended', ({ call, outcome }) => ended.push(`${call.callId} ${outcome}`))
    const calledOff: string[] = []
    const here: string[][] = []
    const state = { listener: (_: CallOff) => {}, looks: 0 }
    const one = new CallOffWatch({
      callOffs: {
        onCalledOff: (listener) => {
          state.listener = listener
          return () => (state.listener = () => {})
        },
        calledOffHere: async () => {
          state.looks++
          const next = here.shift()
          if (next === undefined) throw new Error('database is away')
          return next
        },
      },
      dialler: { callOff: (callId) => void calledOff.push(callId), liveCalls },
      bus,
      clock,
      log: silentLog,
    })
    one.start()
    return { clock, ended, calledOff, here, state, one }
  }

  it('ends what waited in the queue, and hangs up what is on a line here', async () => {
    const { state, ended, calledOff, one, clock } = watch()
    state.listener({ kind: 'queued', call: sampleCall({ callId: 'waiting' }) })
    state.listener({ kind: 'live', callId: 'talking' })
    expect(ended).toEqual(['waiting cancelled'])
    expect(calledOff).toEqual(['talking'])
    await one.close()
    state.listener({ kind: 'live', callId: 'late' })
    expect(calledOff).toEqual(['talking'])
    expect(clock.pendingTimers).toBe(0)
  })

  it('finds within seconds what was told while nobody heard, also after the store was away', async () => {
    const { here, calledOff, clock, one } = watch()
    await clock.advance(5000)
    here.push(['a'])
    await clock.advance(5000)
    expect(calledOff).toEqual(['a'])
    await one.close()
  })

  it('asks nothing while no call is on a line', async () => {
    const { state, clock, one } = watch(0)
    await clock.advance(60_000)
    expect(state.looks).toBe(0)
    await one.close()
  })
})
