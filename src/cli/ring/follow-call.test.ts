import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { StreamBroken } from './event-stream.ts'
import { followCall } from './follow-call.ts'
import type { PhoneEvent } from './follow-phone.ts'
import type { Rung } from './ladder.ts'
import type { CallDetail } from './place-call.ts'

const call = { callId: '170416464500^000000000001', startedAt: 1_000 }
const heard: CallDetail = { state: '200000', duration: 3, startDate: '', endDate: '' }
const alive: CallDetail = { state: '', duration: 0, startDate: '', endDate: '' }

/** Events of a phone that come one by one, until the stream is broken off. */
function phoneStream(broken: Error) {
  const waiting: [string, PhoneEvent][] = []
  let wake: () => void = () => {}
  let isBroken = false
  async function* events(): AsyncGenerator<[string, PhoneEvent]> {
    while (true) {
      const next = waiting.shift()
      if (next !== undefined) yield next
      else if (isBroken) throw broken
      else await new Promise<void>((resolve) => (wake = resolve))
    }
  }
  return {
    events: events(),
    tell(...news: [string, PhoneEvent][]) {
      waiting.push(...news)
      wake()
    },
    breakOff() {
      isBroken = true
      wake()
    },
  }
}

function follow(withPhone: boolean, broken: Error = new StreamBroken('terminated')) {
  const clock = new FakeClock()
  const stream = phoneStream(broken)
  const rungs: Rung[] = []
  const world = { detail: alive }
  const askDetail = async () => world.detail
  const watcher = { onRung: (rung: Rung) => rungs.push(rung), onProgress: () => {} }
  const followed = followCall(call, askDetail, withPhone ? stream.events : undefined, watcher, clock)
  return { clock, stream, rungs, world, followed }
}

const reached: [string, PhoneEvent] = ['call', { id: '7', at: 1_010, callId: call.callId, number: '139' }]
const invited: [string, PhoneEvent] = ['sip', { id: '7', at: 1_012, direction: 'received', summary: 'INVITE' }]
const ended: [string, PhoneEvent] = ['ended', { id: '7', at: 5_000, number: '139' }]

describe('a call that is followed', () => {
  it('ends with the phone’s story and the record, and no timer is left', async () => {
    const { world, followed, clock, stream, rungs } = follow(true)
    stream.tell(['call', { id: '6', at: 1_001, callId: 'another' }], reached, invited, ended)
    await clock.advance(600)
    world.detail = heard
    await clock.advance(300)
    expect(await followed).toEqual({ detail: heard, seen: ended[1] })
    expect(rungs).toEqual([{ atMs: 12, kind: 'message', toPhone: true, summary: 'INVITE' }])
    expect(clock.pendingTimers).toBe(0)
  })

  it('waits for the phone’s last word when the record comes first', async () => {
    const { world, followed, clock, stream } = follow(true)
    stream.tell(reached, invited)
    world.detail = heard
    await clock.advance(2_000)
    stream.tell(ended)
    await clock.advance(0)
    expect((await followed).seen).toEqual(ended[1])
  })

  it('ends with its record alone when it never reaches a phone', async () => {
    const { world, followed, clock } = follow(true)
    await clock.advance(60_000)
    world.detail = { ...alive, state: '200121' }
    await clock.advance(300)
    expect(await followed).toEqual({ detail: { ...alive, state: '200121' }, seen: undefined })
    expect(clock.pendingTimers).toBe(0)
  })

  it('goes on without the phone when its stream breaks', async () => {
    const { world, followed, clock, stream, rungs } = follow(true)
    stream.tell(reached)
    stream.breakOff()
    await clock.advance(30_000)
    world.detail = heard
    await clock.advance(300)
    expect(await followed).toEqual({ detail: heard, seen: undefined })
    expect(rungs).toMatchObject([{ kind: 'note', text: expect.stringContaining('the connection broke') }])
  })

  it('fails when the phone tells what cannot be understood', async () => {
    const { followed, clock, stream } = follow(true, new SyntaxError('no JSON'))
    const told = expect(followed).rejects.toThrow('no JSON')
    stream.breakOff()
    await told
    expect(clock.pendingTimers).toBe(0)
  })

  it('that has no record after the phone is silent is a failure that says where to look', async () => {
    const { followed, clock, stream } = follow(true)
    stream.tell(reached, ended)
    const told = expect(followed).rejects.toThrow('its record did not appear within 15 s')
    await clock.advance(15_300)
    await told
    expect(clock.pendingTimers).toBe(0)
  })

  it('to a carrier ends with its record, however long that takes', async () => {
    const { world, followed, clock } = follow(false)
    await clock.advance(120_000)
    world.detail = heard
    await clock.advance(300)
    expect(await followed).toEqual({ detail: heard, seen: undefined })
  })
})
