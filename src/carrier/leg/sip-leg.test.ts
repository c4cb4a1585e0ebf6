import { describe, expect, it } from 'vitest'
import { LegBench } from '../../../fakes/leg-bench.ts'
import type { LegEnd } from '../../engine/ports.ts'
import { audioOffer } from '../../sip/sdp/audio.ts'

const bench = new LegBench()

const audio = { files: ['a.wav'], times: 1, gapMs: 0, volume: 100 }

describe('SipLeg', () => {
  it('offers its own RTP port at the advertised address, as its trunk wants it', async () => {
    const { agent, media } = await bench.dial()
    const { request } = agent.call()
    expect(request).toMatchObject({ from: { user: '057100000000' }, ringTimeoutMs: 60_000 })
    expect(request.offer).toContain('c=IN IP4 192.0.2.1')
    expect(request.offer).toContain(`m=audio ${media.session.local.port} `)
  })

  it('rings, is answered once media is connected, plays, and hangs up', async () => {
    const { agent, media, leg, news, ends } = await bench.dial()
    agent.call().emit('progress', 180, undefined)
    agent.call().answer()
    await bench.settle()
    expect(news).toEqual(['ringing', 'answered'])
    expect(media.session.connects[0]).toMatchObject({ host: '127.0.0.1', port: 40_000, codec: 'PCMA' })
    const playing = leg.play(audio, new AbortController().signal)
    await bench.clock.advance(1000)
    expect(await playing).toBe('complete')
    leg.hangUp()
    await bench.settle()
    expect(ends).toEqual([{ answered: true, by: 'here' }])
    expect(media.session.isClosed).toBe(true)
  })

  it('stops the prompt when its signal is aborted', async () => {
    const { agent, leg } = await bench.dial()
    agent.call().answer()
    await bench.settle()
    const giveUp = new AbortController()
    const playing = leg.play(audio, giveUp.signal)
    giveUp.abort()
    expect(await playing).toBe('stopped')
  })

  it('tells the keys of an answered call, by audio stream and by SIP INFO, each press once', async () => {
    const { agent, media, leg } = await bench.dial()
    const keys: string[] = []
    leg.on('keyPressed', (key) => keys.push(key))
    media.session.emit('keyDown', '9')
    agent.call().emit('info', 'application/dtmf', '9')
    agent.call().answer()
    await bench.settle()
    media.session.emit('keyDown', '1')
    agent.call().emit('info', 'application/dtmf-relay', 'Signal=1\r\nDuration=160\r\n')
    agent.call().emit('info', 'application/dtmf', '#')
    agent.call().emit('info', 'application/dtmf', 'none')
    media.session.emit('keyDown', '1')
    expect(keys).toEqual(['1', '#', '1'])
  })

  it('hears as many keys by SIP INFO as a person presses, and as before when a flood is over', async () => {
    const { agent, leg } = await bench.dial()
    let keys = 0
    leg.on('keyPressed', () => keys++)
    agent.call().answer()
    await bench.settle()
    const press = (times: number) => {
      for (let i = 0; i < times; i++) agent.call().emit('info', 'application/dtmf', '5')
    }
    press(5000)
    expect(keys).toBe(32)
    await bench.clock.advance(1000)
    press(5000)
    expect(keys).toBe(52)
    await bench.clock.advance(60_000)
    press(20)
    expect(keys).toBe(72)
  })

  it('tells who hung up', async () => {
    const { agent, ends } = await bench.dial()
    agent.call().answer()
    await bench.settle()
    agent.call().end({ kind: 'bye', by: 'there' })
    await bench.settle()
    expect(ends).toEqual([{ answered: true, by: 'callee' }])
  })

  it('a callee who hangs up before our media is ready did answer, for an instant', async () => {
    const { agent, leg, news, ends } = await bench.dial()
    const playing: Promise<string>[] = []
    const endsAfterAnswer: number[] = []
    leg.once('answered', () => {
      playing.push(leg.play(audio, new AbortController().signal))
      queueMicrotask(() => endsAfterAnswer.push(ends.length))
    })
    agent.call().answer()
    agent.call().end({ kind: 'bye', by: 'there' })
    await bench.settle()
    expect(news).toEqual(['answered'])
    expect(endsAfterAnswer).toEqual([1])
    expect(await Promise.all(playing)).toEqual(['stopped'])
    expect(ends).toEqual([{ answered: true, by: 'callee' }])
  })

  it('hung up from here before our media is ready: cancelled, whatever the network did', async () => {
    const { agent, leg, news, ends } = await bench.dial()
    agent.call().answer()
    leg.hangUp()
    await bench.settle()
    expect(news).toEqual([])
    expect(ends).toEqual([{ answered: false, outcome: 'cancelled', sipStatus: 200 }])
  })

  it('closes its media when the call is refused', async () => {
    const { agent, media, ends } = await bench.dial()
    agent.call().end({ kind: 'refused', status: 486, reason: 'Busy Here', local: false })
    await bench.settle()
    expect(ends).toEqual([{ answered: false, outcome: 'busy', sipStatus: 486 }])
    expect(media.session.isClosed).toBe(true)
  })

  it('notes in the trace over which trunk its INVITE left, and what RTP counted', async () => {
    const noted: unknown[] = []
    const trace = {
      legBegan: (...facts: unknown[]) => void noted.push(facts),
      soundEnded: (callId: string, { port }: { port: number }) => void noted.push([callId, port]),
    }
    const { agent } = await bench.dial(bench.media(), { trunk: 'north', trace })
    expect(noted).toEqual([['1^2', 'north', agent.call().callId]])
    agent.call().end({ kind: 'refused', status: 486, reason: 'Busy Here', local: false })
    await bench.settle()
    expect(noted.slice(1)).toEqual([['1^2', 30_000]])
  })

  it('does not send an INVITE without media', async () => {
    const media = bench.media()
    media.isAvailable = false
    const { agent, ends } = await bench.dial(media)
    await bench.clock.advance(9_000)
    expect(ends).toEqual([])
    await bench.clock.advance(2_000)
    expect(agent.calls).toHaveLength(0)
    expect(ends).toEqual([{ answered: false, outcome: 'systemError' }])
    expect(bench.clock.pendingTimers).toBe(0)
  })

  it('waits for a media process that is started again', async () => {
    const media = bench.media()
    media.isAvailable = false
    const { agent, ends } = await bench.dial(media)
    await bench.clock.advance(2_000)
    media.isAvailable = true
    await bench.clock.advance(300)
    expect(agent.calls).toHaveLength(1)
    expect(ends).toEqual([])
  })

  it('hung up while it waits for media: it ends, and nothing is sent', async () => {
    const media = bench.media()
    media.isAvailable = false
    const { agent, leg, ends } = await bench.dial(media)
    leg.hangUp()
    await bench.clock.advance(300)
    expect(agent.calls).toHaveLength(0)
    expect(ends).toEqual([{ answered: false, outcome: 'cancelled' }])
  })

  it('hangs up on an answer without usable audio', async () => {
    const { agent, ends } = await bench.dial()
    agent.call().answer('v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n')
    await bench.settle()
    expect(ends).toEqual([{ answered: false, outcome: 'codecRefused' }])
  })

  it('answers a hold and a new address in the dialog', async () => {
    const { agent, media } = await bench.dial()
    agent.call().answer()
    await bench.settle()
    const answers: object[] = []
    const offer = audioOffer({ host: '127.0.0.1', port: 40_100, direction: 'sendonly' })
    agent.call().emit('offer', offer, (answer) => answers.push(answer))
    await bench.settle()
    expect(answers).toEqual([{ description: expect.stringContaining('a=recvonly') }])
    expect(media.session.connects[1]).toMatchObject({ port: 40_100, direction: 'recvonly' })
  })

  it('refuses an offer without audio and keeps the call', async () => {
    const { agent, ends } = await bench.dial()
    agent.call().answer()
    await bench.settle()
    const answers: object[] = []
    agent.call().emit('offer', 'v=0\r\n', (answer) => answers.push(answer))
    await bench.settle()
    expect(answers).toEqual([{ status: 488, reason: 'Not Acceptable Here' }])
    expect(ends).toEqual([])
  })

  it('ends the call when the media process is lost', async () => {
    const { agent, media, ends } = await bench.dial()
    agent.call().answer()
    await bench.settle()
    media.session.emit('lost')
    await bench.settle()
    expect(ends).toEqual([{ answered: true, by: 'here', broken: 'the media process ended' }])
  })

  it('hung up before the INVITE left: nothing is sent', async () => {
    const media = bench.media()
    const { agent, leg } = bench.make(media)
    const ends: LegEnd[] = []
    leg.on('ended', (end) => ends.push(end))
    leg.hangUp()
    await bench.settle()
    expect(agent.calls).toHaveLength(0)
    expect(ends).toEqual([{ answered: false, outcome: 'cancelled' }])
    expect(media.session.isClosed).toBe(true)
  })
})
