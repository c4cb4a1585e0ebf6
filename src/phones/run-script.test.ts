import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PhoneBench } from '../../fakes/phone-bench.ts'
import { toneWav } from './network-tones.ts'
import { parseScript } from './parse-script.ts'

const number = '13912345678'
let bench: PhoneBench

beforeEach(async () => {
  bench = await PhoneBench.open({ canSpeak: true })
})

afterEach(() => bench.close())

const script = (json: unknown) => bench.phones.setScript(number, parseScript(json))

describe('script steps', () => {
  it('presses keys after a pause, and tells which', async () => {
    await script([{ answer: true }, { press: '1', after: 3 }, { press: '2#' }])
    await bench.answered(number)
    await bench.clock.advance(2999)
    expect(bench.media.session.pressed).toBe('')
    await bench.clock.advance(1)
    expect(bench.media.session.pressed).toBe('12#')
    expect(bench.last(number).keysPressed).toBe('12#')
  })

  it('says, plays and hangs up, one after the other', async () => {
    await bench.phones.keepAudio('file.wav', toneWav('busy'))
    await script([{ answer: true }, { say: '好的' }, { play: 'file.wav' }, { hangup: true }])
    const call = await bench.answered(number)
    expect(bench.media.session.played).toEqual(['/voice/1.wav'])
    await bench.clock.advance(1000)
    expect(bench.media.session.played).toEqual(['/voice/1.wav', join(bench.dataDir, 'phones/audio/file.wav')])
    expect(call.acts).not.toContain('BYE')
    await bench.clock.advance(1000)
    expect(call.acts).toContain('BYE')
    expect(bench.spoken).toEqual(['好的'])
  })

  it('plays early media and then answers with the same description', async () => {
    await script([{ earlyMedia: { tone: 'ringback' } }, { answer: true }])
    const call = bench.sip.ring(number)
    await bench.until(() => bench.media.sessions[0]?.played.length === 1)
    const early = call.lastDescription
    await bench.clock.advance(1000)
    await bench.until(() => call.acts.length === 2)
    expect(call.acts).toEqual(['183 sdp', '200 sdp'])
    expect(call.lastDescription).toBe(early)
    expect(bench.media.session.connects).toHaveLength(1)
  })

  it('rings reliably as the script says', async () => {
    await script([{ ring: 1, reliable: true }, { earlyMedia: { tone: 'ringback' }, reliable: false }, { ring: true }])
    const call = bench.sip.ring(number)
    await bench.until(() => call.acts.length === 1)
    await bench.clock.advance(1000)
    await bench.until(() => call.acts.length === 2)
    await bench.clock.advance(1000)
    await bench.until(() => call.acts.length === 3)
    expect(call.acts).toEqual(['180', '183 sdp', '180'])
    expect(call.rungReliably).toEqual([true, false, undefined])
    call.cancel()
    await bench.ended(number)
  })

  it('stays on the line when the steps are done', async () => {
    await script([{ answer: true }])
    const call = await bench.answered(number)
    await bench.clock.advance(60_000)
    expect(bench.last(number).state).toBe('answered')
    call.bye()
    await bench.ended(number)
  })

  it('hands the faults of the line to the media layer', async () => {
    await script({ steps: [{ answer: true }], faults: { loss: 0.3, mute: true, lateBye: 2 } })
    await bench.answered(number)
    expect(bench.media.session.request.faults).toEqual({ loss: 0.3, mute: true })
  })

  it('falls silent first and says BYE late', async () => {
    await script({ steps: [{ answer: true }, { hangup: true }], faults: { lateBye: 5 } })
    const call = await bench.answered(number)
    await bench.until(() => bench.media.session.isClosed)
    await bench.clock.advance(4999)
    expect(call.acts).not.toContain('BYE')
    await bench.clock.advance(1)
    expect(call.acts).toContain('BYE')
    expect(await bench.ended(number)).toMatchObject({ heardMs: 1000, rtp: { packetsReceived: 50 } })
  })

  it('stops where the far end hangs up', async () => {
    await script([{ answer: true }, { say: '好的' }, { press: '1', after: 1 }])
    const call = await bench.answered(number)
    call.bye()
    await bench.ended(number)
    await bench.clock.advance(60_000)
    expect(bench.media.session.pressed).toBe('')
    expect(bench.last(number).problem).toBeUndefined()
  })
})
