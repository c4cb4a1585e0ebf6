import { describe, expect, it } from 'vitest'
import { callsWaiting, oldCodes, startDialler } from '../../fakes/dialler-bench.ts'
import { FakeClock } from '../../fakes/fake-clock.ts'
import { sampleCall } from '../../fakes/sample-call.ts'

describe('Dialler', () => {
  it('takes no more calls than there are lines, and goes on when one is free', async () => {
    const { clock, trunk, queue } = startDialler({ channels: 2, calls: callsWaiting(3) })
    await clock.advance(0)
    expect(trunk.legs).toHaveLength(2)
    expect(queue.waiting).toHaveLength(1)
    trunk.leg(0).end({ answered: false, outcome: 'busy', sipStatus: 486 })
    await clock.advance(0)
    expect(trunk.legs).toHaveLength(3)
  })

  it('holds the calls per second', async () => {
    const { clock, trunk } = startDialler({ callsPerSecond: 2, calls: callsWaiting(6) })
    await clock.advance(0)
    expect(trunk.legs).toHaveLength(2)
    await clock.advance(1000)
    expect(trunk.legs).toHaveLength(4)
    await clock.advance(1000)
    expect(trunk.legs).toHaveLength(6)
  })

  it('finds calls that other nodes accepted within a second, without being woken', async () => {
    const { clock, trunk, queue } = startDialler()
    await clock.advance(10)
    queue.waiting.push(sampleCall())
    await clock.advance(1000)
    expect(trunk.legs).toHaveLength(1)
  })

  it('a verification code that found no line for a minute ends unrung', async () => {
    const clock = new FakeClock()
    const code = sampleCall({ product: 'verification', acceptedAt: clock.now() })
    const { clock: running, trunk, ends } = startDialler({ channels: 0, calls: [code] })
    await running.advance(59_000)
    expect(ends).toHaveLength(0)
    await running.advance(3000)
    expect(ends).toMatchObject([{ outcome: 'overConcurrency' }])
    expect(trunk.legs).toHaveLength(0)
  })

  it('dials no code that is too old, however many have waited while no node ran', async () => {
    const { clock, trunk, ends } = startDialler({ calls: [...oldCodes(9), sampleCall({ callId: 'new' })], portion: 2 })
    await clock.advance(10)
    expect(ends).toHaveLength(9)
    expect(trunk.legs.map((leg) => leg.request.callId)).toEqual(['new'])
  })

  it('ends what is too old no faster than records are written', async () => {
    let written = 0
    const { clock, trunk, ends } = startDialler({
      calls: oldCodes(9),
      portion: 2,
      isBehind: (ended) => ended >= written + 4,
    })
    await clock.advance(500)
    expect(ends).toHaveLength(4)
    written = 4
    await clock.advance(500)
    expect(ends).toHaveLength(8)
    expect(trunk.legs).toHaveLength(0)
  })

  it('goes on when the database comes back', async () => {
    const { clock, trunk, queue, dialler } = startDialler()
    await clock.advance(10)
    queue.failures = 2
    queue.waiting.push(sampleCall())
    dialler.wake()
    await clock.advance(3000)
    expect(trunk.legs).toHaveLength(1)
  })

  it('takes nothing while records are behind', async () => {
    let behind = true
    const { clock, trunk } = startDialler({ calls: callsWaiting(1), isBehind: () => behind })
    await clock.advance(500)
    expect(trunk.legs).toHaveLength(0)
    behind = false
    await clock.advance(100)
    expect(trunk.legs).toHaveLength(1)
  })

  it('drains: takes nothing new, waits for live calls, then hangs them up', async () => {
    const { clock, trunk, queue, dialler, ends } = startDialler({ calls: callsWaiting(1) })
    await clock.advance(0)
    trunk.leg().answer()
    let drained = false
    const draining = dialler.drain(20_000).then(() => {
      drained = true
    })
    queue.waiting.push(sampleCall({ callId: 'late' }))
    dialler.wake()
    await clock.advance(19_000)
    expect(drained).toBe(false)
    await clock.advance(2000)
    await draining
    expect(trunk.legs).toHaveLength(1)
    expect(ends).toHaveLength(1)
    expect(clock.pendingTimers).toBe(0)
  })

  it('drains: what a slow database hands out when patience is over is put back for other nodes, not dialled', async () => {
    let handOut = () => {}
    const claiming = new Promise<void>((resolve) => (handOut = resolve))
    const { clock, trunk, queue, dialler, ends } = startDialler({ calls: callsWaiting(2), claiming })
    await clock.advance(10)
    const draining = dialler.drain(1000)
    await clock.advance(2000)
    handOut()
    await clock.advance(20)
    await draining
    expect(trunk.legs).toHaveLength(0)
    expect(ends).toEqual([])
    expect(queue.putBacks).toMatchObject([{ notBefore: clock.now() }, { notBefore: clock.now() }])
    expect(clock.pendingTimers).toBe(0)
  })
})
