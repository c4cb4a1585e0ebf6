import { describe, expect, it } from 'vitest'
import { answeredByCaller, connected, doubleCall, expectEnd } from '../../fakes/live-call-bench.ts'

describe('the recording of a double call', () => {
  const shelf = { begin: async () => '/recordings/a.wav' }

  it('begins with the answer of the callee, holds both legs, and is told of before the end', async () => {
    const call = await connected(doubleCall({ record: true }), { shelf })
    expect([...call.caller.recordings]).toEqual([['/recordings/a.wav', call.callee]])
    await call.clock.advance(5000)
    call.callee.end({ answered: true, by: 'callee' })
    await expectEnd(call, { outcome: 'connected' })
    expect(call.news.slice(-2)).toEqual(['recorded', 'ended'])
    const { calleeAnsweredAt: startedAt, endedAt } = call.ends[0] ?? {}
    const file = '/recordings/a.wav'
    expect(call.recorded).toEqual([{ call: call.live.call, file, startedAt, endedAt, durationMs: 1000 }])
  })

  it('is not begun unless it was asked for, nor for a callee who does not answer', async () => {
    const unasked = await connected(doubleCall(), { shelf })
    expect(unasked.caller.recordings.size).toBe(0)
    const unanswered = await answeredByCaller(doubleCall({ record: true }), { shelf })
    unanswered.callee.end({ answered: false, outcome: 'busy' })
    await unanswered.clock.advance(0)
    unanswered.caller.finishPlaying()
    await expectEnd(unanswered, { outcome: 'calleeBusy' })
    expect(unanswered.recorded).toEqual([])
  })

  it('that cannot be made is missed, and the two talk on', async () => {
    for (const broken of [undefined, { begin: () => Promise.reject(new Error('disk full')) }]) {
      const call = await connected(doubleCall({ record: true }), broken === undefined ? {} : { shelf: broken })
      expect([...call.caller.bridges]).toEqual([call.callee])
      expect(call.errors).toEqual(['the talk is not recorded'])
      call.callee.end({ answered: true, by: 'callee' })
      await expectEnd(call, { outcome: 'connected' })
    }
  })

  it('on a disk that hangs keeps the call no longer than five seconds, nor its lines', async () => {
    let diskComesBack = (_: string) => {}
    const hung = { begin: () => new Promise<string>((resolve) => (diskComesBack = resolve)) }
    const call = await connected(doubleCall({ record: true }), { shelf: hung })
    const endedAt = call.clock.now()
    call.callee.end({ answered: true, by: 'callee' })
    await call.clock.advance(0)
    expect(call.caller.isOver).toBe(true)
    await call.clock.advance(4_999)
    expect(call.isOver()).toBe(false)
    await call.clock.advance(1)
    await expectEnd(call, { outcome: 'connected', hangUpBy: 'callee', endedAt })
    expect(call.errors).toEqual(['the recording of a call is not closed in time: the call ends without it'])
    diskComesBack('/recordings/late.wav')
    await call.clock.advance(0)
    expect(call.recorded).toMatchObject([{ file: '/recordings/late.wav', durationMs: 0 }])
    expect(call.leftovers()).toEqual([])
  })

  it('that cannot be closed in time is told of when it is', async () => {
    const call = await connected(doubleCall({ record: true }), { shelf })
    const disk = call.caller.hangDisk()
    call.caller.end({ answered: true, by: 'callee' })
    await call.clock.advance(5_000)
    await call.over
    expect([call.ends.length, call.recorded.length]).toEqual([1, 0])
    disk.comesBack()
    await call.clock.advance(0)
    expect(call.recorded).toMatchObject([{ file: '/recordings/a.wav', durationMs: 1000 }])
    expect(call.leftovers()).toEqual([])
  })
})
