import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../fakes/fake-clock.ts'
import { type FakeIncomingCall, FakeUserAgent, sampleOffer } from '../../fakes/fake-incoming-call.ts'
import { FakeMedia } from '../../fakes/fake-media.ts'
import { silentLog } from '../lib/log.ts'
import { toneWav } from './network-tones.ts'
import { parseScript } from './parse-script.ts'
import type { PhoneCallRecord } from './phone-call-record.ts'
import type { Phones } from './phones.types.ts'
import { makeSipTrace, type SipTrace } from './sip-trace.ts'
import { startPhones } from './start-phones.ts'

const number = '13912345678'
let dataDir: string
let clock: FakeClock
let sip: FakeUserAgent
let media: FakeMedia
let trace: SipTrace
let phones: Phones
let spoken: string[]

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'phones-'))
  clock = new FakeClock()
  sip = new FakeUserAgent()
  media = new FakeMedia(clock)
  trace = makeSipTrace()
  spoken = []
  const speak = async (text: string) => {
    spoken.push(text)
    return { file: `/voice/${spoken.length}.wav` }
  }
  phones = await startPhones({ sip, media, trace, speak, dataDir, clock, log: silentLog })
})

afterEach(async () => {
  await phones.close()
  expect(clock.pendingTimers).toBe(0)
  await rm(dataDir, { recursive: true })
})

/** Fake time passes; real file work is waited for until the condition holds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await clock.advance(0)
}

async function script(json: unknown): Promise<void> {
  await phones.setScript(number, parseScript(json))
}

function record(of = number): PhoneCallRecord {
  const last = phones.calls(of).at(-1)
  if (last === undefined) throw new Error('the phone was not called')
  return last
}

/** Rings a phone that answers at once, up to the caller's ACK. */
async function answered(to = number, description?: string): Promise<FakeIncomingCall> {
  const call = sip.call(to)
  await until(() => call.acts.includes('200 sdp'))
  call.acknowledge(description)
  await clock.advance(0)
  return call
}

async function ended(of = number): Promise<PhoneCallRecord> {
  await until(() => record(of).endedAt !== undefined)
  return record(of)
}

describe('standard endings', () => {
  it.each(['13900000000', '13912345678', '1'])('%s answers after 1 s and listens to the end', async (to) => {
    const call = sip.call(to)
    await clock.advance(999)
    expect(call.acts).toEqual(['180'])
    await clock.advance(1)
    await until(() => call.acts.length === 2)
    expect(call.acts).toEqual(['180', '200 sdp'])
    call.acknowledge()
    await clock.advance(600_000)
    expect(record(to).state).toBe('answered')
    expect(media.session.isRecording).toBe(true)
    call.bye()
    expect(await ended(to)).toMatchObject({ state: 'ended', end: { by: 'caller', how: 'hungUp' }, heardMs: 1000 })
    expect(media.session.isClosed).toBe(true)
  })

  it('…0001 hangs up after listening for 1 s', async () => {
    const call = sip.call('13900000001')
    await clock.advance(1000)
    await until(() => call.acts.includes('200 sdp'))
    call.acknowledge()
    await clock.advance(999)
    expect(call.acts).not.toContain('BYE')
    await clock.advance(1)
    expect(call.acts).toEqual(['180', '200 sdp', 'BYE'])
    expect(call.hangUpCause).toMatchObject({ q850: 16 })
    expect(await ended('13900000001')).toMatchObject({ end: { by: 'phone', how: 'hungUp' } })
  })

  it.each([
    ['0002', 486, 'Q.850;cause=17'],
    ['0004', 404, 'Q.850;cause=1'],
    ['0005', 503, 'Q.850;cause=27'],
    ['0007', 480, 'Q.850;cause=20'],
    ['0012', 403, 'Q.850;cause=21'],
  ])('…%s is refused at once with %i, Reason %s', async (digits, status, reason) => {
    const call = sip.call(`1390000${digits}`)
    expect(call.acts).toEqual([String(status)])
    expect(call.headers).toEqual([`Reason: ${reason}`])
    expect(await ended(`1390000${digits}`)).toMatchObject({ end: { by: 'phone', how: 'rejected', status } })
    expect(media.sessions).toHaveLength(0)
  })

  it('…0003 rings until the caller gives up', async () => {
    const call = sip.call('13900000003')
    await clock.advance(3_000_000)
    expect(call.acts).toEqual(['180'])
    call.cancel()
    const { end, timeline } = await ended('13900000003')
    expect(end).toEqual({ by: 'caller', how: 'gaveUp' })
    expect(timeline.flatMap((entry) => (entry.kind === 'state' ? [entry.state] : []))).toEqual(['ringing', 'ended'])
  })

  it.each([
    ['0010', 'powered off', '已关机'],
    ['0011', 'suspended', '已停机'],
  ])('…%s plays the tone and the announcement in early media, then 480 "%s"', async (digits, text, words) => {
    const call = sip.call(`1390000${digits}`)
    await until(() => media.sessions[0]?.played.length === 1)
    expect(call.acts).toEqual(['183 sdp'])
    await clock.advance(1000)
    expect(call.acts).toEqual(['183 sdp'])
    await clock.advance(1000)
    expect(call.acts).toEqual(['183 sdp', '480'])
    expect(call.headers).toEqual([`Reason: Q.850;cause=20;text="${text}"`])
    expect(spoken.join()).toContain(words)
    expect(media.session.played).toEqual([join(dataDir, 'phones/audio/tones/information.wav'), '/voice/1.wav'])
    expect(media.session.recordedTo).toBeUndefined()
    expect(await ended(`1390000${digits}`)).toMatchObject({ end: { how: 'rejected', status: 480 } })
  })
})

describe('script steps', () => {
  it('presses keys after a pause, and tells which', async () => {
    await script([{ answer: true }, { press: '1', after: 3 }, { press: '2#' }])
    await answered()
    await clock.advance(2999)
    expect(media.session.pressed).toBe('')
    await clock.advance(1)
    expect(media.session.pressed).toBe('12#')
    expect(record().keysPressed).toBe('12#')
  })

  it('says, plays and hangs up, one after the other', async () => {
    await phones.keepAudio('file.wav', toneWav('busy'))
    await script([{ answer: true }, { say: '好的' }, { play: 'file.wav' }, { hangup: true }])
    const call = await answered()
    expect(media.session.played).toEqual(['/voice/1.wav'])
    await clock.advance(1000)
    expect(media.session.played).toEqual(['/voice/1.wav', join(dataDir, 'phones/audio/file.wav')])
    expect(call.acts).not.toContain('BYE')
    await clock.advance(1000)
    expect(call.acts).toContain('BYE')
    expect(spoken).toEqual(['好的'])
  })

  it('plays early media and then answers with the same description', async () => {
    await script([{ earlyMedia: { tone: 'ringback' } }, { answer: true }])
    const call = sip.call(number)
    await until(() => media.sessions[0]?.played.length === 1)
    const early = call.lastDescription
    await clock.advance(1000)
    await until(() => call.acts.length === 2)
    expect(call.acts).toEqual(['183 sdp', '200 sdp'])
    expect(call.lastDescription).toBe(early)
    expect(media.session.connects).toHaveLength(1)
  })

  it('stays on the line when the steps are done', async () => {
    await script([{ answer: true }])
    const call = await answered()
    await clock.advance(60_000)
    expect(record().state).toBe('answered')
    call.bye()
    await ended()
  })

  it('hands the faults of the line to the media layer', async () => {
    await script({ steps: [{ answer: true }], faults: { loss: 0.3, mute: true, lateBye: 2 } })
    await answered()
    expect(media.session.request.faults).toEqual({ loss: 0.3, mute: true })
  })

  it('falls silent first and says BYE late', async () => {
    await script({ steps: [{ answer: true }, { hangup: true }], faults: { lateBye: 5 } })
    const call = await answered()
    await until(() => media.session.isClosed)
    await clock.advance(4999)
    expect(call.acts).not.toContain('BYE')
    await clock.advance(1)
    expect(call.acts).toContain('BYE')
    expect(await ended()).toMatchObject({ heardMs: 1000, rtp: { packetsReceived: 50 } })
  })

  it('stops where the far end hangs up', async () => {
    await script([{ answer: true }, { say: '好的' }, { press: '1', after: 1 }])
    const call = await answered()
    call.bye()
    await ended()
    await clock.advance(60_000)
    expect(media.session.pressed).toBe('')
    expect(record().problem).toBeUndefined()
  })
})

describe('the line', () => {
  it('hears keys from RTP and from INFO', async () => {
    await script([{ answer: true }])
    const call = await answered()
    media.session.emit('digit', '5', 120)
    call.emit('info', 'application/dtmf-relay', 'Signal=#\r\nDuration=160\r\n')
    call.emit('info', 'application/dtmf', '7')
    call.emit('info', 'text/plain', 'Signal=9')
    expect(record().keysHeard).toBe('5#7')
    expect(record().timeline).toContainEqual(
      expect.objectContaining({ kind: 'keyHeard', key: '5', by: 'rtp', durationMs: 120 }),
    )
  })

  it('makes the offer when the caller made none', async () => {
    await script([{ answer: true }])
    const call = sip.call(number, { offer: undefined })
    await until(() => call.acts.includes('200 sdp'))
    expect(call.lastDescription).toContain('m=audio 30000 RTP/AVP 8 0 101')
    expect(media.session.connects).toHaveLength(0)
    call.acknowledge(sampleOffer)
    await until(() => record().state === 'answered')
    expect(media.session.connects).toMatchObject([{ host: '127.0.0.1', port: 40_000, codec: 'PCMA' }])
  })

  it('answers a hold and says so', async () => {
    await script([{ answer: true }])
    const call = await answered()
    const answers: unknown[] = []
    call.emit('offer', sampleOffer.replace('sendrecv', 'sendonly'), (answer) => answers.push(answer))
    await until(() => answers.length === 1)
    expect(answers[0]).toMatchObject({ description: expect.stringContaining('a=recvonly') })
    expect(media.session.connects.at(-1)).toMatchObject({ direction: 'recvonly' })
    expect(record().timeline).toContainEqual(expect.objectContaining({ kind: 'changed', direction: 'recvonly' }))
  })

  it('refuses an offer without audio it knows: 488', async () => {
    await script([{ answer: true }])
    const call = sip.call(number, { offer: sampleOffer.replace('8 0 101', '18').replace(/a=rtpmap.*\r\n/g, '') })
    await ended()
    expect(call.acts).toEqual(['488'])
  })

  it('is busy while it is in a call, unless the script says otherwise', async () => {
    await script([{ answer: true }])
    const first = await answered()
    const second = sip.call(number)
    expect(second.acts).toEqual(['486'])
    expect(second.headers).toEqual(['Reason: Q.850;cause=17'])
    expect(record()).toMatchObject({ behaviour: 'busy' })
    expect(sip.call('13900000000').acts).not.toContain('486')
    await script({ steps: [{ answer: true }], whenBusy: 'answer' })
    const third = sip.call(number)
    await until(() => third.acts.includes('200 sdp'))
    first.bye()
    third.cancel()
    await ended()
    expect(sip.call(number).acts).not.toContain('486')
  })

  it('refuses numbers that no phone has', () => {
    const call = sip.call('alice')
    expect(call.acts).toEqual(['404'])
    expect(phones.list()).toEqual([])
  })

  it('tells what kept it from its script, and ends the call', async () => {
    media.isAvailable = false
    await script([{ answer: true }])
    const call = sip.call(number)
    expect(await ended()).toMatchObject({ problem: 'no port is free' })
    expect(call.acts).toEqual(['480'])
    expect(call.hangUpCause).toMatchObject({ q850: 41 })
  })

  it('ends the call when the media process dies', async () => {
    await script([{ answer: true }])
    const call = await answered()
    media.session.emit('lost')
    expect(await ended()).toMatchObject({ problem: 'the media process ended' })
    expect(call.acts).toContain('BYE')
    expect(record().heardMs).toBeUndefined()
  })

  it('gives up on a caller that vanished', async () => {
    await script([{ answer: true }])
    const call = await answered()
    await clock.advance(3_600_000)
    expect(call.acts).toContain('BYE')
    await ended()
  })

  it('carries the CallId of our trunk', async () => {
    sip.call('13900000002', { callId: '123456789012.210987654321-ab12@127.0.0.1' })
    expect(record('13900000002')).toMatchObject({
      callId: '123456789012^210987654321',
      sipCallId: '123456789012.210987654321-ab12@127.0.0.1',
    })
    sip.call('13900000004', { callId: 'ab12@127.0.0.1' })
    expect(record('13900000004').callId).toBeUndefined()
  })
})

describe('the timeline', () => {
  const message = (summary: string, direction: 'sent' | 'received') => ({
    at: clock.now(),
    direction,
    transport: 'udp' as const,
    remote: { host: '127.0.0.1', port: 5070 },
    callId: 'fake-call@127.0.0.1',
    summary,
    text: () => `${summary}\r\nAuthorization: Digest response="0123"\r\n\r\n`,
  })

  it('holds the messages before, during and shortly after the call, without credentials', async () => {
    trace.onMessage(message('INVITE', 'received'))
    const call = sip.call('13900000002')
    trace.onMessage(message('486 Busy Here', 'sent'))
    await ended('13900000002')
    trace.onMessage(message('ACK', 'received'))
    await clock.advance(2000)
    trace.onMessage(message('too late', 'received'))
    const messages = record('13900000002').timeline.filter((entry) => entry.kind === 'sip')
    expect(messages.map(({ summary }) => summary)).toEqual(['INVITE', '486 Busy Here', 'ACK'])
    expect(messages[0]?.text).toBe('INVITE\r\nAuthorization: (left out)\r\n\r\n')
    expect(call.acts).toEqual(['486'])
  })

  it('does not grow without end', async () => {
    sip.call('13900000003')
    for (let i = 0; i < 600; i++) trace.onMessage(message('OPTIONS', 'received'))
    expect(record('13900000003').timeline).toHaveLength(500)
    expect(record('13900000003').timelineLeftOut).toBeGreaterThan(100)
  })
})
