import { describe, expect, it } from 'vitest'
import { placeCall } from '../../fakes/live-call-bench.ts'
import { sampleCall } from '../../fakes/sample-call.ts'
import type { Call } from '../domain/call/call.ts'
import { type Speech, SpeechUnavailable } from './ports.ts'

const spoken: Speech = { render: async () => ({ files: ['a.wav', 'b.wav'], durationMs: 900 }) }
const mute: Speech = { render: () => Promise.reject(new SpeechUnavailable('no synthesizer')) }

const place = (speech: Speech = spoken, of: Call = sampleCall()) => placeCall(of, { speech })

describe('LiveCall', () => {
  it('rings, is answered, plays every round, hangs up: heard', async () => {
    const { clock, trunk, news, ends, over } = await place()
    const leg = trunk.leg()
    expect(leg.request).toEqual({ callId: '170416464500^000000000001', to: '13900000000', from: '057128880000' })
    await clock.advance(2000)
    leg.emit('ringing')
    await clock.advance(5000)
    leg.answer()
    await clock.advance(3000)
    expect(leg.played).toEqual([{ files: ['a.wav', 'b.wav'], times: 2, gapMs: 600, volume: 100 }])
    leg.finishPlaying()
    await clock.advance(1000)
    await over
    expect(news).toEqual(['dialling', 'ringing', 'answered', 'ended'])
    expect(ends[0]).toMatchObject({ outcome: 'heard', hangUpBy: 'here' })
    expect((ends[0]?.answeredAt ?? 0) - (ends[0]?.diallingAt ?? 0)).toBe(7000)
    expect(clock.pendingTimers).toBe(0)
  })

  it('a callee who hangs up during the prompt did not hear it to the end', async () => {
    const { clock, trunk, ends, over } = await place()
    trunk.leg().answer()
    await clock.advance(1000)
    trunk.leg().end({ answered: true, by: 'callee' })
    await over
    expect(ends[0]).toMatchObject({ outcome: 'hungUpEarly', hangUpBy: 'callee' })
    await clock.advance(0)
    expect(clock.pendingTimers).toBe(0)
  })

  it('a callee who hangs up right after the last word heard it all', async () => {
    const { clock, trunk, ends, over } = await place()
    trunk.leg().answer()
    await clock.advance(1000)
    trunk.leg().finishPlaying()
    await clock.advance(10)
    trunk.leg().end({ answered: true, by: 'callee' })
    await over
    expect(ends[0]).toMatchObject({ outcome: 'heard', hangUpBy: 'callee' })
  })

  it('keeps the outcome and the SIP status of a call that was not answered', async () => {
    const { trunk, ends, over, news } = await place()
    trunk.leg().end({ answered: false, outcome: 'busy', sipStatus: 486 })
    await over
    expect(ends).toHaveLength(1)
    expect(ends[0]).toMatchObject({ outcome: 'busy', sipStatus: 486 })
    expect(news).toEqual(['dialling', 'ended'])
  })

  it('does not dial when the prompt cannot be rendered', async () => {
    const { trunk, ends, news, over } = await place(mute)
    await over
    expect(trunk.legs).toHaveLength(0)
    expect(news).toEqual(['ended'])
    expect(ends[0]).toMatchObject({ outcome: 'playbackFailed' })
  })

  it('is not dialled when the node gave it up while its prompt was rendered: it is another one’s to place', async () => {
    let rendered = (_: { files: string[]; durationMs: number }) => {}
    const slow: Speech = { render: () => new Promise((resolve) => (rendered = resolve)) }
    const { trunk, ends, news, live, over } = await place(slow)
    live.hangUp()
    rendered({ files: ['a.wav'], durationMs: 900 })
    expect(await over).toBe('undialled')
    expect(trunk.legs).toHaveLength(0)
    expect([news, ends]).toEqual([[], []])
  })

  it('goes back to the queue when its prompt fails because the node goes down', async () => {
    let fail = (_: Error) => {}
    const { ends, live, over } = await place({ render: () => new Promise((_, reject) => (fail = reject)) })
    live.hangUp()
    fail(new SpeechUnavailable('the synthesizer is gone'))
    expect(await over).toBe('undialled')
    expect(ends).toEqual([])
  })

  it('a ringing phone that the node gave up is not a call that its caller cancelled', async () => {
    const { trunk, ends, live, over } = await place()
    trunk.leg().emit('ringing')
    live.hangUp()
    await over
    expect(ends[0]).toMatchObject({ outcome: 'systemError' })
  })

  it('a prompt that was cut off by the end of the line was not heard, even when the line tells its end later', async () => {
    const { clock, trunk, ends, over } = await place()
    trunk.leg().answer()
    await clock.advance(1000)
    trunk.leg().finishPlaying('stopped')
    await clock.advance(20)
    trunk.leg().end({ answered: true, by: 'callee' })
    await over
    expect(ends[0]).toMatchObject({ outcome: 'hungUpEarly', hangUpBy: 'callee' })
  })

  it('hangs up when a prompt cannot be played', async () => {
    const { clock, trunk, ends, over } = await place()
    trunk.leg().answer()
    await clock.advance(0)
    trunk.leg().finishPlaying('failed')
    await over
    expect(trunk.leg().hangUps).toBe(1)
    expect(ends[0]).toMatchObject({ outcome: 'playbackFailed', hangUpBy: 'here' })
  })

  it.each([
    ['lineLost', { answered: true, by: 'network', broken: 'no packet for 30 s' }, 'network'],
    ['systemError', { answered: true, by: 'here', broken: 'the media process ended' }, 'here'],
  ] as const)('ends as %s when its line breaks after the answer: %o', async (outcome, end, hangUpBy) => {
    const { clock, trunk, ends, over, leftovers } = await place()
    trunk.leg().answer()
    await clock.advance(1000)
    trunk.leg().end(end)
    await over
    expect(ends[0]).toMatchObject({ outcome, hangUpBy })
    await clock.advance(0)
    expect(leftovers()).toEqual([])
  })

  it('ends a call that lasts too long', async () => {
    const { clock, trunk, ends, over } = await place()
    trunk.leg().answer()
    await clock.advance(599_999)
    expect(ends).toEqual([])
    await clock.advance(1)
    await over
    expect(ends[0]).toMatchObject({ outcome: 'tooLong', hangUpBy: 'here' })
  })

  it('a callee who listens on to the very end of the longest talk heard it all', async () => {
    const { clock, trunk, ends, over } = await place()
    trunk.leg().answer()
    await clock.advance(599_900)
    trunk.leg().finishPlaying()
    await clock.advance(100)
    await over
    expect(ends[0]).toMatchObject({ outcome: 'heard', hangUpBy: 'here' })
  })

  it('tells every key of an answered call, and all of them at its end', async () => {
    const { clock, trunk, bus, ends, over } = await place()
    const told: string[] = []
    bus.on('call.keyPressed', ({ key }) => told.push(key))
    const leg = trunk.leg()
    leg.emit('keyPressed', '0')
    leg.answer()
    await clock.advance(0)
    for (const key of ['1', '1', '#']) leg.emit('keyPressed', key)
    leg.end({ answered: true, by: 'callee' })
    leg.emit('keyPressed', '9')
    await over
    expect(told).toEqual(['1', '1', '#'])
    expect(ends[0]).toMatchObject({ outcome: 'hungUpEarly', keys: '11#' })
    expect(leg.listenerCount('keyPressed')).toBe(0)
    expect(leg.playbacks).toBe(0)
  })

  it('passes over keys beyond the most that a call may tell', async () => {
    const { clock, trunk, ends, over } = await place()
    trunk.leg().answer()
    await clock.advance(0)
    for (let i = 0; i < 500; i++) trunk.leg().emit('keyPressed', '5')
    trunk.leg().end({ answered: true, by: 'callee' })
    await over
    expect(ends[0]?.keys).toBe('5'.repeat(200))
  })

  it('a menu in which no key is pressed ends the call as a key timeout', async () => {
    const prompt = { kind: 'speech', segments: [{ text: '请按键', manner: 'fluent' }] } as const
    const script = { steps: [{ do: 'menu', prompt, rounds: 1, waitMs: 3000, choices: [] }] } as const
    const { clock, trunk, ends, over } = await place(spoken, sampleCall({ script }))
    trunk.leg().answer()
    await clock.advance(0)
    trunk.leg().finishPlaying()
    await clock.advance(3000)
    await clock.advance(1000)
    await over
    expect(ends[0]).toMatchObject({ outcome: 'keyTimeout', hangUpBy: 'here' })
    expect(clock.pendingTimers).toBe(0)
    expect(trunk.leg().listenerCount('keyPressed')).toBe(0)
  })

  it('late and doubled news changes nothing', async () => {
    const { clock, trunk, ends, news, over } = await place()
    const leg = trunk.leg()
    leg.answer()
    leg.emit('ringing')
    leg.emit('answered')
    await clock.advance(0)
    leg.end({ answered: true, by: 'callee' })
    leg.emit('ended', { answered: true, by: 'callee' })
    await over
    expect(ends).toHaveLength(1)
    expect(news).toEqual(['dialling', 'answered', 'ended'])
  })
})
