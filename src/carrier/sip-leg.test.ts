import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../fakes/fake-clock.ts'
import { FakeMedia } from '../../fakes/fake-media.ts'
import { FakeUserAgent } from '../../fakes/fake-sip.ts'
import type { LegEnd } from '../engine/ports.ts'
import { silentLog } from '../lib/log.ts'
import { audioOffer } from '../sip/sdp/audio.ts'
import { createSipTrunk } from './sip-trunk.ts'

const clock = new FakeClock()
const settle = () => clock.advance(0)

/** A leg on its way, with both its ends in hand. */
async function dial(media = new FakeMedia(clock)) {
  const agent = new FakeUserAgent()
  const trunk = createSipTrunk(
    {
      nextHop: { host: '198.51.100.7', port: 5060, transport: 'udp' },
      credentials: undefined,
      ownNumber: '057100000000',
      channels: 5,
      ringSeconds: 60,
      mediaHost: '127.0.0.1',
      advertisedHost: '192.0.2.1',
    },
    { agent, media, clock, log: silentLog },
  )
  const leg = trunk.dial({ callId: '1^2', to: '13900000000', from: '' })
  const news: string[] = []
  const ends: LegEnd[] = []
  leg.on('ringing', () => news.push('ringing'))
  leg.on('answered', () => news.push('answered'))
  leg.on('ended', (end) => ends.push(end))
  await settle()
  return { agent, media, leg, news, ends }
}

const audio = { files: ['a.wav'], times: 1, gapMs: 0, volume: 100 }

describe('SipLeg', () => {
  it('offers its own RTP port at the advertised address, from the trunk number when the call has none', async () => {
    const { agent, media } = await dial()
    const { request } = agent.call()
    expect(request).toMatchObject({
      from: { user: '057100000000' },
      to: { user: '13900000000' },
      ringTimeoutMs: 60_000,
    })
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
    const agent = new FakeUserAgent()
    const media = new FakeMedia(clock)
    const trunk = createSipTrunk(
      {
        nextHop: { host: '127.0.0.1', port: 5070, transport: 'udp' },
        credentials: undefined,
        ownNumber: '',
        channels: 1,
        ringSeconds: 60,
        mediaHost: '127.0.0.1',
        advertisedHost: '127.0.0.1',
      },
      { agent, media, clock, log: silentLog },
    )
    const leg = trunk.dial({ callId: '1^2', to: '1', from: '2' })
    const ends: LegEnd[] = []
    leg.on('ended', (end) => ends.push(end))
    leg.hangUp()
    await settle()
    expect(agent.calls).toHaveLength(0)
    expect(ends).toEqual([{ answered: false, outcome: 'cancelled' }])
    expect(media.session.isClosed).toBe(true)
  })
})
