import { describe, expect, it } from 'vitest'
import {
  answeredByCaller,
  connected,
  doubleCall,
  expectEnd,
  FakeEar,
  type PlacedCall,
  placeCall,
} from '../../fakes/live-call-bench.ts'
import type { CallOutcome } from '../domain/call/call-outcome.ts'
import { callOutcomes } from '../domain/call/call-outcome.ts'

const codeOf = (placed: PlacedCall) => callOutcomes[placed.ends[0]?.outcome ?? 'systemError'].statusCode

describe('a double call', () => {
  it('rings the caller first, then the callee, each with its own show number', async () => {
    const call = await placeCall(doubleCall())
    expect(call.trunk.legs.map((leg) => leg.request)).toEqual([
      { callId: '170416464500^000000000001', to: '13900000000', from: '057128880001' },
    ])
    call.trunk.leg(0).answer()
    await call.clock.advance(0)
    expect(call.trunk.leg(1).request).toEqual({
      callId: '170416464500^000000000001',
      to: '13800000000',
      from: '057128880002',
    })
  })

  it('keeps the caller waiting while the trunk takes no call, and gives up after ten seconds', async () => {
    const [waits, misses] = [await placeCall(doubleCall()), await placeCall(doubleCall())]
    for (const call of [waits, misses]) {
      call.trunk.linesFor = () => 'full'
      call.trunk.leg().answer()
      await call.clock.advance(5000)
      expect(call.trunk.legs).toHaveLength(1)
    }
    waits.trunk.linesFor = () => 'free'
    await waits.clock.advance(200)
    expect(waits.trunk.legs).toHaveLength(2)
    await misses.clock.advance(5200)
    expect(misses.trunk.leg().played).toMatchObject([{ files: ['congestion'] }])
    misses.trunk.leg().finishPlaying()
    await expectEnd(misses, { outcome: 'overConcurrency' })
    const leaves = await placeCall(doubleCall())
    leaves.trunk.linesFor = () => 'full'
    leaves.trunk.leg().answer()
    await leaves.clock.advance(1000)
    leaves.trunk.leg().end({ answered: true, by: 'callee' })
    await expectEnd(leaves, { outcome: 'callerGaveUp' })
  })

  it('plays the ringing tone while the callee rings, and connects the two at the answer', async () => {
    const { clock, caller, callee } = await answeredByCaller()
    expect(caller.played).toEqual([])
    callee.emit('ringing')
    await clock.advance(0)
    expect(caller.played).toEqual([{ files: ['ringback'], times: 720, gapMs: 0, volume: 100 }])
    callee.answer()
    await clock.advance(0)
    expect(caller.playbacks).toBe(0)
    expect([...caller.bridges]).toEqual([callee])
  })

  it('tells every state on the way, and the times of both legs at the end', async () => {
    const call = await connected()
    await call.clock.advance(10_000)
    call.callee.end({ answered: true, by: 'callee' })
    await expectEnd(call, { outcome: 'connected', hangUpBy: 'callee' })
    const states = ['dialling', 'ringing', 'answered', 'calleeDialling', 'calleeRinging', 'calleeAnswered', 'ended']
    expect(call.news).toEqual(states)
    const [end] = call.ends
    const from = end?.diallingAt ?? 0
    expect(
      [end?.ringingAt, end?.answeredAt, end?.calleeDiallingAt, end?.calleeRingingAt].map((at) => (at ?? 0) - from),
    ).toEqual([0, 2000, 2000, 2000])
    expect([end?.calleeAnsweredAt, end?.calleeEndedAt, end?.endedAt].map((at) => (at ?? 0) - from)).toEqual([
      5000, 15_000, 15_000,
    ])
    expect(call.caller.hangUps).toBeGreaterThan(0)
  })

  it('tells by which trunk each of its legs left', async () => {
    const call = await answeredByCaller()
    call.caller.trunk = 'one'
    call.callee.trunk = 'other'
    call.callee.end({ answered: false, outcome: 'busy' })
    await call.clock.advance(0)
    call.caller.finishPlaying()
    await expectEnd(call, { trunk: 'one', calleeTrunk: 'other' })
    const undialled = await placeCall(doubleCall())
    undialled.trunk.leg().end({ answered: false, outcome: 'busy' })
    await undialled.over
    expect(undialled.ends[0]).not.toHaveProperty('trunk')
    expect(undialled.ends[0]).not.toHaveProperty('calleeTrunk')
  })

  it('describes both of its legs', async () => {
    const call = await connected()
    expect(call.live.describe()).toBe('170416464500^000000000001 connected fake leg fake leg')
    call.live.hangUp()
    await expectEnd(call, { outcome: 'systemError' })
  })

  it('hangs up the callee when the caller does', async () => {
    const call = await connected()
    call.caller.end({ answered: true, by: 'callee' })
    await expectEnd(call, { outcome: 'connected', hangUpBy: 'caller' })
    expect(call.callee.hangUps).toBeGreaterThan(0)
  })

  it('gives the callee up when the caller hangs up while it rings', async () => {
    const call = await answeredByCaller()
    call.callee.emit('ringing')
    call.caller.end({ answered: true, by: 'callee' })
    await expectEnd(call, { outcome: 'callerGaveUp', hangUpBy: 'caller' })
    expect(codeOf(call)).toBe('200100')
    expect(call.news).not.toContain('calleeAnswered')
  })

  it('does not ring the callee for a caller who answers and hangs up in one moment', async () => {
    const call = await placeCall(doubleCall())
    call.trunk.leg().answer()
    call.trunk.leg().end({ answered: true, by: 'callee' })
    await expectEnd(call, { outcome: 'callerGaveUp' })
    expect(call.trunk.legs).toHaveLength(1)
  })

  it('a callee who answers in the moment in which the caller hangs up was not connected', async () => {
    const call = await answeredByCaller()
    call.caller.end({ answered: true, by: 'callee' })
    call.callee.answer()
    await expectEnd(call, { outcome: 'callerGaveUp' })
    expect(call.news).not.toContain('calleeAnswered')
  })

  it.each<[CallOutcome, CallOutcome, string, 'busy' | 'congestion']>([
    ['busy', 'calleeBusy', '200112', 'busy'],
    ['noAnswer', 'calleeNoAnswer', '200113', 'busy'],
    ['rejected', 'calleeRejected', '200111', 'busy'],
    ['invalidNumber', 'calleeInvalidNumber', '200116', 'congestion'],
    ['outOfCoverage', 'calleeOutOfCoverage', '200120', 'congestion'],
    ['restricted', 'calleeRestricted', '200105', 'congestion'],
    ['unreachable', 'unreachable', '200005', 'congestion'],
    ['poweredOff', 'poweredOff', '200010', 'congestion'],
    ['suspended', 'suspended', '200011', 'congestion'],
    ['networkBusy', 'networkBusy', '200005', 'congestion'],
  ])('a callee who is %s: %s, %s, and the caller hears the tone of %s', async (said, outcome, code, tone) => {
    const call = await answeredByCaller()
    call.callee.end({ answered: false, outcome: said, sipStatus: 486 })
    await call.clock.advance(0)
    expect(call.caller.played.at(-1)).toMatchObject({ files: [tone] })
    expect(call.isOver()).toBe(false)
    call.caller.finishPlaying()
    await expectEnd(call, { outcome, hangUpBy: 'here', sipStatus: 486 })
    expect(codeOf(call)).toBe(code)
  })

  it('a caller who does not wait for the end of the busy tone ends the call in the same way', async () => {
    const call = await answeredByCaller()
    call.callee.end({ answered: false, outcome: 'busy', sipStatus: 486 })
    await call.clock.advance(500)
    call.caller.end({ answered: true, by: 'callee' })
    await expectEnd(call, { outcome: 'calleeBusy', sipStatus: 486 })
  })

  it.each<[CallOutcome, CallOutcome, string]>([
    ['busy', 'busy', '200002'],
    ['noAnswer', 'noAnswer', '200003'],
    ['rejected', 'rejected', '200005'],
    ['restricted', 'callerRestricted', '200104'],
  ])('a caller who is %s: %s, %s, and the callee is not dialled', async (said, outcome, code) => {
    const call = await placeCall(doubleCall())
    call.trunk.leg().end({ answered: false, outcome: said })
    await expectEnd(call, { outcome })
    expect(codeOf(call)).toBe(code)
    expect(call.trunk.legs).toHaveLength(1)
  })

  it('lets the caller hear what the network plays, once it is more than silence, and does not cut it at the answer', async () => {
    const call = await answeredByCaller()
    call.callee.emit('ringing')
    await call.clock.advance(0)
    call.callee.emit('earlyMedia')
    await call.clock.advance(0)
    call.callee.say(new Int16Array(800))
    await call.clock.advance(0)
    expect(call.caller.playbacks).toBe(1)
    call.callee.say(new Int16Array(800).fill(3000))
    await call.clock.advance(0)
    expect(call.caller.playbacks).toBe(0)
    expect(call.callee.listeningTo.size).toBe(0)
    expect([...call.caller.bridges]).toEqual([call.callee])
    call.callee.answer()
    await call.clock.advance(0)
    expect([...call.caller.bridges]).toEqual([call.callee])
    call.callee.end({ answered: true, by: 'callee' })
    await expectEnd(call, { outcome: 'connected' })
  })

  it('lets the caller hear the network at once when nobody can tell whether it is silent', async () => {
    const call = await answeredByCaller()
    call.callee.listen = () => Promise.reject(new Error('the media process is away'))
    call.callee.emit('earlyMedia')
    await call.clock.advance(0)
    expect(call.errors).toEqual(['what the network plays could not be listened to: it is taken for sound'])
    expect([...call.caller.bridges]).toEqual([call.callee])
    call.live.hangUp()
    await expectEnd(call, { outcome: 'systemError' })
  })

  it('goes back to its own tone when early media cannot be connected', async () => {
    const call = await answeredByCaller()
    call.caller.cannotBridge = true
    call.callee.emit('ringing')
    call.callee.emit('earlyMedia')
    await call.clock.advance(0)
    call.callee.say(new Int16Array(800).fill(3000))
    await call.clock.advance(0)
    expect(call.caller.played.map(({ files }) => files)).toEqual([['ringback'], ['ringback']])
    call.caller.cannotBridge = false
    call.callee.answer()
    await call.clock.advance(0)
    expect([...call.caller.bridges]).toEqual([call.callee])
    call.live.hangUp()
    await expectEnd(call, { outcome: 'systemError' })
  })

  it('ends at once when an announcement says why the callee will not answer', async () => {
    const ear = new FakeEar()
    const call = await answeredByCaller(doubleCall(), { ear })
    call.callee.emit('earlyMedia')
    await call.clock.advance(0)
    call.callee.say(new Int16Array([1, 2, 3]))
    expect(ear.heard).toHaveLength(1)
    const finding = { kind: 'announcement', outcome: 'poweredOff', what: 'powered off', confidence: 0.9 } as const
    ear.find(finding)
    await call.clock.advance(0)
    expect(call.callee.hangUps).toBeGreaterThan(0)
    call.caller.finishPlaying()
    await expectEnd(call, { outcome: 'poweredOff', earlyMedia: finding })
    expect(call.ends[0]).not.toHaveProperty('sipStatus')
    expect(ear.open).toBe(0)
  })

  it('ends when the two have talked as long as they may, counted from the answer of the callee', async () => {
    const call = await connected(doubleCall({ maxSeconds: 30 }))
    await call.clock.advance(29_999)
    expect(call.ends).toEqual([])
    await call.clock.advance(1)
    await expectEnd(call, { outcome: 'connected', hangUpBy: 'here' })
  })

  it('ends when the node lets no talk last longer, whatever was asked for', async () => {
    const call = await connected(doubleCall({ maxSeconds: 3600 }), { maxTalkSeconds: 60 })
    await call.clock.advance(60_000)
    await expectEnd(call, { outcome: 'connected', hangUpBy: 'here' })
  })

  it('a far end that vanishes loses the line, on either leg', async () => {
    const lost = { answered: true, by: 'network', broken: 'nothing heard for 30 s' } as const
    const byCallee = await connected()
    byCallee.callee.end(lost)
    await expectEnd(byCallee, { outcome: 'lineLost', hangUpBy: 'network' })
    const byCaller = await connected()
    byCaller.caller.end(lost)
    await expectEnd(byCaller, { outcome: 'lineLost', hangUpBy: 'network' })
  })

  it('ends as a fault when the bridge breaks', async () => {
    const call = await connected()
    call.caller.breakBridge()
    await expectEnd(call, { outcome: 'systemError', hangUpBy: 'here' })
  })

  it('passes keys on and keeps none of them', async () => {
    const call = await connected()
    call.caller.emit('keyPressed', '1')
    call.callee.emit('keyPressed', '2')
    call.caller.end({ answered: true, by: 'callee' })
    await expectEnd(call, { outcome: 'connected' })
    expect(call.ends[0]).not.toHaveProperty('keys')
  })
})
