import { describe, expect, it } from 'vitest'
import { callsWaiting, startDialler } from '../../fakes/dialler-bench.ts'
import { FakeClock } from '../../fakes/fake-clock.ts'
import { doubleCall } from '../../fakes/live-call-bench.ts'
import { sampleCall } from '../../fakes/sample-call.ts'

describe('the lines of a trunk', () => {
  it('keeps two lines for a double call, from its claim to its end', async () => {
    const double = doubleCall({}, { callId: 'double' })
    const { clock, trunk, queue } = startDialler({ channels: 3, calls: [double, ...callsWaiting(3)] })
    await clock.advance(0)
    const [caller] = trunk.legs.filter((leg) => leg.request.callId === 'double')
    expect(trunk.legs).toHaveLength(2)
    expect(queue.waiting).toHaveLength(2)
    caller?.answer()
    await clock.advance(1000)
    expect(trunk.legs).toHaveLength(3)
    expect(trunk.leg(2).request).toMatchObject({ callId: 'double', to: '13800000000' })
    caller?.end({ answered: true, by: 'callee' })
    await clock.advance(0)
    expect(trunk.legs).toHaveLength(5)
    expect(queue.waiting).toEqual([])
  })

  it('lets nothing pass a double call that waits for its second line', async () => {
    const double = doubleCall({}, { callId: 'double' })
    const { clock, trunk } = startDialler({ channels: 2, calls: [sampleCall(), double, ...callsWaiting(2)] })
    await clock.advance(2000)
    expect(trunk.legs).toHaveLength(1)
    trunk.leg(0).end({ answered: false, outcome: 'busy' })
    await clock.advance(0)
    expect(trunk.legs.map((leg) => leg.request.callId)).toEqual([sampleCall().callId, 'double'])
  })

  it('lets others pass a double call for which the trunk will never have two lines, and dials it never', async () => {
    const double = doubleCall({}, { callId: 'double' })
    const { clock, trunk, ends, queue } = startDialler({ channels: 1, calls: [double, sampleCall()] })
    await clock.advance(100)
    expect(trunk.legs.map((leg) => leg.request.callId)).toEqual([sampleCall().callId])
    trunk.leg(0).end({ answered: false, outcome: 'busy' })
    await clock.advance(3000)
    expect(trunk.legs).toHaveLength(1)
    expect(ends).toHaveLength(1)
    expect(queue.putBacks.length).toBeGreaterThan(1)
  })

  it('begins a double call for which the trunk says that lines are free, though it takes one call this second', async () => {
    const { clock, trunk } = startDialler({ channels: 1, calls: [doubleCall()] })
    trunk.linesFor = () => 'free'
    await clock.advance(0)
    expect(trunk.legs).toHaveLength(1)
  })

  it('begins a double call beside others where one call a second may begin, and then waits for two seconds', async () => {
    const double = doubleCall({}, { callId: 'double' })
    const { clock, trunk } = startDialler({ callsPerSecond: 1, calls: [sampleCall(), double, ...callsWaiting(1)] })
    await clock.advance(1000)
    expect(trunk.legs.map((leg) => leg.request.callId)).toEqual([sampleCall().callId, 'double'])
    await clock.advance(1900)
    expect(trunk.legs).toHaveLength(2)
    await clock.advance(200)
    expect(trunk.legs).toHaveLength(3)
  })

  it('puts back what no trunk has a line for, tells nobody, and tries it again after a moment', async () => {
    const { clock, trunk, queue, ends } = startDialler({ calls: callsWaiting(1) })
    let lines: 'free' | 'full' | 'forbidden' = 'full'
    trunk.linesFor = () => lines
    await clock.advance(20)
    expect(queue.waiting).toHaveLength(1)
    lines = 'free'
    await clock.advance(900)
    expect(trunk.legs).toHaveLength(0)
    await clock.advance(1100)
    expect(trunk.legs).toHaveLength(1)
    expect(ends).toEqual([])
  })

  it('does not count what it puts back among its calls of this second', async () => {
    const { clock, trunk, queue } = startDialler({ callsPerSecond: 1, calls: callsWaiting(2) })
    let lines: 'free' | 'full' = 'full'
    trunk.linesFor = () => lines
    await clock.advance(10)
    expect(queue.claims).toEqual([1])
    lines = 'free'
    await clock.advance(90)
    expect(trunk.legs).toHaveLength(1)
  })

  it('puts many back at once, and takes no others meanwhile', async () => {
    const { clock, trunk, queue } = startDialler({ channels: 5, calls: callsWaiting(9) })
    trunk.linesFor = () => 'full'
    await clock.advance(19)
    expect(queue.claims).toEqual([5])
    await clock.advance(1)
    expect([queue.statements, queue.putBacks.length]).toEqual([1, 5])
    await clock.advance(80)
    expect([queue.statements, queue.putBacks.length]).toEqual([2, 9])
  })

  it('tries a call that has waited for long less often', async () => {
    const acceptedAt = new FakeClock().now() - 60_000
    const { clock, trunk, queue } = startDialler({ calls: [sampleCall({ acceptedAt })] })
    trunk.linesFor = () => 'full'
    await clock.advance(60_000)
    expect(queue.putBacks.length).toBeGreaterThan(5)
    expect(queue.putBacks.length).toBeLessThan(9)
  })

  it('ends as restricted what no trunk may carry', async () => {
    const { clock, trunk, ends } = startDialler({ calls: callsWaiting(1) })
    trunk.linesFor = () => 'forbidden'
    await clock.advance(0)
    expect(ends).toMatchObject([{ outcome: 'restricted' }])
    expect(trunk.legs).toHaveLength(0)
  })

  it('keeps trying to put a call back while the store is away, and ends it when it was called off meanwhile', async () => {
    const { clock, trunk, queue, ends } = startDialler({ calls: callsWaiting(1) })
    trunk.linesFor = () => 'full'
    queue.claiming = Promise.resolve().then(() => {
      queue.failures = 2
    })
    await clock.advance(0)
    queue.calledOff = callsWaiting(1).map(({ callId }) => callId)
    await clock.advance(3000)
    expect(ends).toMatchObject([{ outcome: 'cancelled' }])
    expect(queue.waiting).toEqual([])
  })

  it('does not dial a call that was called off while its claim was on its way', async () => {
    let handOut = () => {}
    const claiming = new Promise<void>((resolve) => (handOut = resolve))
    const { clock, trunk, dialler, ends } = startDialler({ calls: callsWaiting(2), claiming })
    await clock.advance(10)
    dialler.callOff(callsWaiting(1)[0]?.callId ?? '')
    handOut()
    await clock.advance(0)
    expect(ends).toMatchObject([{ outcome: 'cancelled' }])
    expect(trunk.legs).toHaveLength(1)
  })

  it('hangs up a call on the line that is called off', async () => {
    const { clock, trunk, dialler, ends } = startDialler({ calls: callsWaiting(1) })
    await clock.advance(0)
    trunk.leg().answer()
    dialler.callOff(trunk.leg().request.callId)
    await clock.advance(0)
    expect(ends).toMatchObject([{ outcome: 'cancelled' }])
  })
})
