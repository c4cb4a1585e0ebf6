import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeTone } from '../../src/media/tone/make-tone.ts'
import { openPhoneWorld, type PhoneWorld, tonesInOrder } from './phone-caller.ts'

const number = '13900000000'
let world: PhoneWorld

beforeAll(async () => {
  world = await openPhoneWorld()
})
afterAll(() => world.close())

describe('a phone hears what the caller plays', () => {
  it('and its report names the tones, in order, and about as long as they were played', async () => {
    const low = await world.wav('low.wav', makeTone([500], 600))
    const high = await world.wav('high.wav', makeTone([1200], 400))
    const caller = await world.call(number, { callIdPrefix: '123456789012.210987654321' })
    await caller.answered()
    expect(caller.progress).toEqual([180])
    const playback = caller.media.play({ files: [low, high], times: 2, gapMs: 300, volume: 100 })
    expect(await playback.finished).toEqual({ end: 'complete' })
    caller.call.hangUp()
    expect(await caller.ended).toMatchObject({ kind: 'bye', by: 'here' })

    const record = await world.record(number)
    expect(record).toMatchObject({
      callId: '123456789012^210987654321',
      from: '057128880000',
      state: 'ended',
      end: { by: 'caller', how: 'hungUp' },
      behaviour: 'standard',
    })
    const report = (await world.app.inject(`/phones/${number}/heard.json`)).json()
    const tones: { frequencyHz: number; fromMs: number; toMs: number }[] = report.tones
    expect(tonesInOrder(tones)).toEqual([500, 1200, 500, 1200])
    const heardMs = tones.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
    // 2 s were played; a loaded machine skips a few frames.
    expect(heardMs).toBeGreaterThan(1200)
    expect(heardMs).toBeLessThan(2200)
    expect(report.rtp.packetsForeign).toBe(0)
    const wav = await world.app.inject(`/phones/${number}/heard.wav`)
    expect(wav.rawPayload.length).toBe(44 + (record.heardMs ?? 0) * 16)
  })

  it('and its timeline is the ladder of the call', async () => {
    const record = await world.record(number)
    const ladder = record.timeline.flatMap((entry) =>
      entry.kind === 'sip' ? [`${entry.direction} ${entry.summary}`] : [],
    )
    expect(ladder).toEqual([
      'received INVITE',
      'sent 100 Trying',
      'sent 180 Ringing',
      'sent 200 OK',
      'received ACK',
      'received BYE',
      'sent 200 OK',
    ])
    const states = record.timeline.flatMap((entry) => (entry.kind === 'state' ? [entry.state] : []))
    expect(states).toEqual(['ringing', 'answering', 'answered', 'ended'])
    expect(record.timeline.map(({ kind }) => kind)).toContain('audio')
    const times = record.timeline.map(({ at }) => at)
    expect(times).toEqual([...times].sort((a, b) => a - b))
  })
})
