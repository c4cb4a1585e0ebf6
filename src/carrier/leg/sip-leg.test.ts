import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { FakeMedia } from '../../../fakes/fake-media.ts'
import { FakeUserAgent } from '../../../fakes/fake-sip.ts'
import type { LegEnd } from '../../engine/ports.ts'
import { silentLog } from '../../lib/log.ts'
import { audioOffer } from '../../sip/sdp/audio.ts'
import { SipLeg, type SipLegParts } from './sip-leg.ts'

const clock = new FakeClock()
const settle = () => clock.advance(0)

/** A leg that has just been made, and what it is made of. */
function make(media: FakeMedia, changes: Partial<SipLegParts> = {}) {
  const agent = new FakeUserAgent()
  const leg = new SipLeg({
    agent,
    media,
    clock,
    log: silentLog,
    callId: '1^2',
    mediaHost: '127.0.0.1',
    advertisedHost: '192.0.2.1',
    codecs: ['PCMA', 'PCMU'],
    keys: 'rfc4733',
    srtp: 'off',
    silenceSeconds: 30,
    invite: {
      target: { host: '198.51.100.7', port: 5060, transport: 'udp', user: '13900000000' },
      from: { user: '057100000000' },
      to: { user: '13900000000' },
      ringTimeoutMs: 60_000,
    },
    ...changes,
  })
  return { agent, leg }
}

/** A leg on its way, with both its ends in hand. */
async function dial(media = new FakeMedia(clock), changes: Partial<SipLegParts> = {}) {
  const { agent, leg } = make(media, changes)
  const news: string[] = []
  const ends: LegEnd[] = []
  leg.on('ringing', () => news.push('ringing'))
  leg.on('earlyMedia', () => news.push('earlyMedia'))
  leg.on('answered', () => news.push('answered'))
  leg.on('ended', (end) => ends.push(end))
  await settle()
  return { agent, media, leg, news, ends }
}

const audio = { files: ['a.wav'], times: 1, gapMs: 0, volume: 100 }

describe('SipLeg', () => {
  it('offers its own RTP port at the advertised address, as its trunk wants it', async () => {
    const { agent, media } = await dial()
    const { request } = agent.call()
    expect(request).toMatchObject({ from: { user: '057100000000' }, ringTimeoutMs: 60_000 })
    expect(request.offer).toContain('c=IN IP4 192.0.2.1')
    expect(request.offer).toContain(`m=audio ${media.session.local.port} `)
  })

  it('rings, is answered once media is connected, plays, and hangs up', async () => {
    const { agent, media, leg, news, ends } = await dial()
    agent.call().emit('progress', 180, undefined)
    agent.call().answer()
    await settle()
    expect(news).toEqual(['ringing', 'answered'])
    expect(media.session.connects[0]).toMatchObject({ host: '127.0.0.1', port: 40_000, codec: 'PCMA' })
    const playing = leg.play(audio, new AbortController().signal)
    await clock.advance(1000)
    expect(await playing).toBe('complete')
    leg.hangUp()
    await settle()
    expect(ends).toEqual([{ answered: true, by: 'here' }])
    expect(media.session.isClosed).toBe(true)
  })

  it('stops the prompt when its signal is aborted', async () => {
    const { agent, leg } = await dial()
    agent.call().answer()
    await settle()
    const giveUp = new AbortController()
    const playing = leg.play(audio, giveUp.signal)
    giveUp.abort()
    expect(await playing).toBe('stopped')
  })

  it('tells the keys of an answered call, by audio stream and by SIP INFO, each press once', async () => {
    const { agent, media, leg } = await dial()
    const keys: string[] = []
    leg.on('keyPressed', (key) => keys.push(key))
    media.session.emit('keyDown', '9')
    agent.call().emit('info', 'application/dtmf', '9')
    agent.call().answer()
    await settle()
    media.session.emit('keyDown', '1')
    agent.call().emit('info', 'application/dtmf-relay', 'Signal=1\r\nDuration=160\r\n')
    agent.call().emit('info', 'application/dtmf', '#')
    agent.call().emit('info', 'application/dtmf', 'none')
    media.session.emit('keyDown', '1')
    expect(keys).toEqual(['1', '#', '1'])
  })

  it('tells who hung up', async () => {
    const { agent, ends } = await dial()
    agent.call().answer()
    await settle()
    agent.call().end({ kind: 'bye', by: 'there' })
    await settle()
    expect(ends).toEqual([{ answered: true, by: 'callee' }])
  })

  it('a callee who hangs up before our media is ready did answer, for an instant', async () => {
    const { agent, leg, news, ends } = await dial()
    const playing: Promise<string>[] = []
    leg.once('answered', () => playing.push(leg.play(audio, new AbortController().signal)))
    agent.call().answer()
    agent.call().end({ kind: 'bye', by: 'there' })
    await settle()
    expect(news).toEqual(['answered'])
    expect(await Promise.all(playing)).toEqual(['stopped'])
    expect(ends).toEqual([{ answered: true, by: 'callee' }])
  })

  it('hung up from here before our media is ready: cancelled, whatever the network did', async () => {
    const { agent, leg, news, ends } = await dial()
    agent.call().answer()
    leg.hangUp()
    await settle()
    expect(news).toEqual([])
    expect(ends).toEqual([{ answered: false, outcome: 'cancelled', sipStatus: 200 }])
  })

  it('closes its media when the call is refused', async () => {
    const { agent, media, ends } = await dial()
    agent.call().end({ kind: 'refused', status: 486, reason: 'Busy Here', local: false })
    await settle()
    expect(ends).toEqual([{ answered: false, outcome: 'busy', sipStatus: 486 }])
    expect(media.session.isClosed).toBe(true)
  })

  it('does not send an INVITE without media', async () => {
    const media = new FakeMedia(clock)
    media.isAvailable = false
    const { agent, ends } = await dial(media)
    await clock.advance(9_000)
    expect(ends).toEqual([])
    await clock.advance(2_000)
    expect(agent.calls).toHaveLength(0)
    expect(ends).toEqual([{ answered: false, outcome: 'systemError' }])
    expect(clock.pendingTimers).toBe(0)
  })

  it('waits for a media process that is started again', async () => {
    const media = new FakeMedia(clock)
    media.isAvailable = false
    const { agent, ends } = await dial(media)
    await clock.advance(2_000)
    media.isAvailable = true
    await clock.advance(300)
    expect(agent.calls).toHaveLength(1)
    expect(ends).toEqual([])
  })

  it('hung up while it waits for media: it ends, and nothing is sent', async () => {
    const media = new FakeMedia(clock)
    media.isAvailable = false
    const { agent, leg, ends } = await dial(media)
    leg.hangUp()
    await clock.advance(300)
    expect(agent.calls).toHaveLength(0)
    expect(ends).toHaveLength(1)
  })

  it('hangs up on an answer without usable audio', async () => {
    const { agent, ends } = await dial()
    agent.call().answer('v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n')
    await settle()
    expect(ends).toEqual([{ answered: false, outcome: 'codecRefused' }])
  })

  it('answers a hold and a new address in the dialog', async () => {
    const { agent, media } = await dial()
    agent.call().answer()
    await settle()
    const answers: object[] = []
    const offer = audioOffer({ host: '127.0.0.1', port: 40_100, direction: 'sendonly' })
    agent.call().emit('offer', offer, (answer) => answers.push(answer))
    await settle()
    expect(answers).toEqual([{ description: expect.stringContaining('a=recvonly') }])
    expect(media.session.connects[1]).toMatchObject({ port: 40_100, direction: 'recvonly' })
  })

  it('refuses an offer without audio and keeps the call', async () => {
    const { agent, ends } = await dial()
    agent.call().answer()
    await settle()
    const answers: object[] = []
    agent.call().emit('offer', 'v=0\r\n', (answer) => answers.push(answer))
    await settle()
    expect(answers).toEqual([{ status: 488, reason: 'Not Acceptable Here' }])
    expect(ends).toEqual([])
  })

  it('ends the call when the media process is lost', async () => {
    const { agent, media, ends } = await dial()
    agent.call().answer()
    await settle()
    media.session.emit('lost')
    await settle()
    expect(ends).toEqual([{ answered: true, by: 'here', broken: 'the media process ended' }])
  })

  it('hung up before the INVITE left: nothing is sent', async () => {
    const media = new FakeMedia(clock)
    const { agent, leg } = make(media)
    const ends: LegEnd[] = []
    leg.on('ended', (end) => ends.push(end))
    leg.hangUp()
    await settle()
    expect(agent.calls).toHaveLength(0)
    expect(ends).toEqual([{ answered: false, outcome: 'cancelled' }])
    expect(media.session.isClosed).toBe(true)
  })

  it('hears what the network plays before the answer, once', async () => {
    const { agent, media, leg, news } = await dial()
    const early = audioOffer({ host: '127.0.0.1', port: 40_002 })
    agent.call().emit('progress', 183, early)
    agent.call().emit('progress', 180, early)
    await settle()
    expect(news).toEqual(['ringing', 'earlyMedia'])
    expect(media.session.connects[0]).toMatchObject({ port: 40_002 })
    const heard: number[] = []
    const stop = await leg.listen((pcm) => heard.push(pcm.length))
    media.session.say(new Int16Array(800))
    stop()
    await settle()
    media.session.say(new Int16Array(800))
    expect(heard).toEqual([800])
  })

  it('waits for the answer when the early description has no audio', async () => {
    const { agent, news, ends } = await dial()
    agent.call().emit('progress', 183, 'v=0\r\n')
    await settle()
    expect([news, ends]).toEqual([[], []])
    agent.call().answer()
    await settle()
    expect(news).toEqual(['answered'])
  })

  it('passes over silence before the answer', async () => {
    const { media, ends } = await dial()
    expect(media.session.request.silenceSeconds).toBe(30)
    media.session.emit('silent')
    await settle()
    expect(ends).toEqual([])
  })

  it('ends as the network does it when the session timer runs out', async () => {
    const { agent, ends } = await dial()
    agent.call().answer()
    await settle()
    agent.call().end({ kind: 'failed', reason: 'the session timer ran out' })
    await settle()
    expect(ends).toEqual([{ answered: true, by: 'network', broken: 'the session timer ran out' }])
  })

  it('ends the call of a far end that is silent for too long', async () => {
    const { agent, media, ends } = await dial()
    agent.call().answer()
    await settle()
    media.session.emit('silent')
    await settle()
    expect(ends).toEqual([{ answered: true, by: 'network', broken: 'no packet came from the far end any more' }])
  })

  it.each([
    ['required', 'RTP/SAVP'],
    ['optional', 'RTP/AVP'],
  ] as const)('offers keys where encryption is %s', async (srtp, profile) => {
    const { agent } = await dial(new FakeMedia(clock), { srtp })
    expect(agent.call().request.offer).toContain(`${profile} 8 0 101\r\n`)
    expect(agent.call().request.offer).toContain('a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:')
  })

  it('refuses an answer in the clear where encryption is required', async () => {
    const { agent, ends } = await dial(new FakeMedia(clock), { srtp: 'required' })
    agent.call().answer()
    await settle()
    expect(ends).toEqual([{ answered: false, outcome: 'codecRefused' }])
  })

  it('offers the trunk’s codecs, and no key events where keys come another way', async () => {
    const { agent } = await dial(new FakeMedia(clock), { codecs: ['PCMU'], keys: 'inband' })
    expect(agent.call().request.offer).toContain('RTP/AVP 0\r\n')
    expect(agent.call().request.offer).not.toContain('telephone-event')
  })
})

describe('two legs', () => {
  async function answered(media: FakeMedia) {
    const line = await dial(media)
    line.agent.call().answer()
    await settle()
    return line
  }

  it('are connected until they are parted', async () => {
    const media = new FakeMedia(clock)
    const [one, other] = [await answered(media), await answered(media)]
    const part = new AbortController()
    const bridged = one.leg.bridge(other.leg, part.signal)
    await settle()
    expect([...media.bridges]).toEqual([[media.sessions[0], media.sessions[1]]])
    part.abort()
    expect(await bridged).toBe('stopped')
    expect(media.bridges.size).toBe(0)
    expect([one.ends, other.ends]).toEqual([[], []])
  })

  it.each([0, 1])('are parted when leg %i ends', async (which) => {
    const media = new FakeMedia(clock)
    const lines = [await answered(media), await answered(media)] as const
    const bridged = lines[0].leg.bridge(lines[1].leg, new AbortController().signal)
    await settle()
    lines[which === 0 ? 0 : 1].agent.call().end({ kind: 'bye', by: 'there' })
    expect(await bridged).toBe('stopped')
    expect(media.bridges.size).toBe(0)
  })

  it('are not connected before there is something to hear', async () => {
    const media = new FakeMedia(clock)
    const [one, other] = [await answered(media), await dial(media)]
    expect(await one.leg.bridge(other.leg, new AbortController().signal)).toBe('failed')
    other.agent.call().emit('progress', 183, audioOffer({ host: '127.0.0.1', port: 40_002 }))
    await settle()
    const part = new AbortController()
    const bridged = one.leg.bridge(other.leg, part.signal)
    await settle()
    expect(media.bridges.size).toBe(1)
    part.abort()
    await bridged
  })

  it('are recorded side by side', async () => {
    const media = new FakeMedia(clock)
    const [one, other] = [await answered(media), await answered(media)]
    await one.leg.record('talk.wav', other.leg)
    expect(media.sessions[0]?.callRecording).toEqual({ file: 'talk.wav', right: media.sessions[1] })
  })
})
