import { describe, expect, it } from 'vitest'
import type { FakeMedia } from '../../../fakes/fake-media.ts'
import { LegBench } from '../../../fakes/leg-bench.ts'
import { silentLog } from '../../lib/log.ts'
import { MediaUnavailable } from '../../media/media.ts'
import { audioOffer } from '../../sip/sdp/audio.ts'

const bench = new LegBench()

describe('the sound of a leg', () => {
  it('hears what the network plays before the answer, once', async () => {
    const { agent, media, leg, news } = await bench.dial()
    const early = audioOffer({ host: '127.0.0.1', port: 40_002 })
    agent.call().emit('progress', 183, early)
    agent.call().emit('progress', 180, early)
    await bench.settle()
    expect(news).toEqual(['ringing', 'earlyMedia'])
    expect(media.session.connects[0]).toMatchObject({ port: 40_002 })
    const heard: number[] = []
    const stop = await leg.listen((pcm) => heard.push(pcm.length))
    media.session.say(new Int16Array(800))
    stop()
    await bench.settle()
    media.session.say(new Int16Array(800))
    expect(heard).toEqual([800])
  })

  it('waits for the answer when the early description has no audio', async () => {
    const { agent, news, ends } = await bench.dial()
    agent.call().emit('progress', 183, 'v=0\r\n')
    await bench.settle()
    expect([news, ends]).toEqual([[], []])
    agent.call().answer()
    await bench.settle()
    expect(news).toEqual(['answered'])
  })

  it('passes over silence before the answer', async () => {
    const { media, ends } = await bench.dial()
    expect(media.session.request.silenceSeconds).toBe(30)
    media.session.emit('silent')
    await bench.settle()
    expect(ends).toEqual([])
  })

  it('ends as the network does it when the session timer runs out', async () => {
    const { agent, ends } = await bench.dial()
    agent.call().answer()
    await bench.settle()
    agent.call().end({ kind: 'failed', reason: 'the session timer ran out' })
    await bench.settle()
    expect(ends).toEqual([{ answered: true, by: 'network', broken: 'the session timer ran out' }])
  })

  it('ends the call of a far end that is silent for too long', async () => {
    const { agent, media, ends } = await bench.dial()
    agent.call().answer()
    await bench.settle()
    media.session.emit('silent')
    await bench.settle()
    expect(ends).toEqual([{ answered: true, by: 'network', broken: 'no packet came from the far end any more' }])
  })

  it.each([
    ['required', 'RTP/SAVP'],
    ['optional', 'RTP/AVP'],
  ] as const)('offers keys where encryption is %s', async (srtp, profile) => {
    const { agent } = await bench.dial(bench.media(), { srtp })
    expect(agent.call().request.offer).toContain(`${profile} 8 0 101\r\n`)
    expect(agent.call().request.offer).toContain('a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:')
  })

  it('refuses an answer in the clear where encryption is required', async () => {
    const { agent, ends } = await bench.dial(bench.media(), { srtp: 'required' })
    agent.call().answer()
    await bench.settle()
    expect(ends).toEqual([{ answered: false, outcome: 'codecRefused' }])
  })

  it.each([true, false])('learns the port of the far end where its trunk does: %s', async (learnsPort) => {
    const { agent, media } = await bench.dial(bench.media(), { learnsPort })
    agent.call().answer()
    await bench.settle()
    expect(media.session.connects).toMatchObject([{ learnsPort }])
  })

  it('offers the trunk’s codecs, and no key events where keys come another way', async () => {
    const { agent } = await bench.dial(bench.media(), { codecs: ['PCMU'], keys: 'inband' })
    expect(agent.call().request.offer).toContain('RTP/AVP 0\r\n')
    expect(agent.call().request.offer).not.toContain('telephone-event')
  })
})

describe('whoever listens to a leg', () => {
  async function listening(failure: Error) {
    const errors: object[] = []
    const log = { ...silentLog, error: (fields: object) => void errors.push(fields) }
    const media = bench.media()
    const { leg } = await bench.dial(media, { log })
    media.session.listen = async () => ({ stop: () => Promise.reject(failure) })
    const stop = await leg.listen(() => {})
    stop()
    await bench.settle()
    return errors
  }

  it('stops without a word when the media process is gone, since the leg tells of that', async () => {
    expect(await listening(new MediaUnavailable('the media process ended'))).toEqual([])
  })

  it('is told in the log when it cannot be stopped for another reason', async () => {
    const failure = new Error('there is no such session')
    expect(await listening(failure)).toEqual([{ callId: '1^2', err: failure }])
  })
})

describe('two legs', () => {
  async function answered(media: FakeMedia) {
    const line = await bench.dial(media)
    line.agent.call().answer()
    await bench.settle()
    return line
  }

  it('are connected until they are parted', async () => {
    const media = bench.media()
    const [one, other] = [await answered(media), await answered(media)]
    const part = new AbortController()
    const bridged = one.leg.bridge(other.leg, part.signal)
    await bench.settle()
    expect([...media.bridges]).toEqual([[media.sessions[0], media.sessions[1]]])
    part.abort()
    expect(await bridged).toBe('stopped')
    expect(media.bridges.size).toBe(0)
    expect([one.ends, other.ends]).toEqual([[], []])
  })

  it.each([0, 1])('are parted when leg %i ends', async (which) => {
    const media = bench.media()
    const lines = [await answered(media), await answered(media)] as const
    const bridged = lines[0].leg.bridge(lines[1].leg, new AbortController().signal)
    await bench.settle()
    lines[which === 0 ? 0 : 1].agent.call().end({ kind: 'bye', by: 'there' })
    expect(await bridged).toBe('stopped')
    expect(media.bridges.size).toBe(0)
  })

  it('are not connected before there is something to hear', async () => {
    const media = bench.media()
    const [one, other] = [await answered(media), await bench.dial(media)]
    expect(await one.leg.bridge(other.leg, new AbortController().signal)).toBe('failed')
    other.agent.call().emit('progress', 183, audioOffer({ host: '127.0.0.1', port: 40_002 }))
    await bench.settle()
    const part = new AbortController()
    const bridged = one.leg.bridge(other.leg, part.signal)
    await bench.settle()
    expect(media.bridges.size).toBe(1)
    part.abort()
    await bridged
  })

  it('are recorded side by side', async () => {
    const media = bench.media()
    const [one, other] = [await answered(media), await answered(media)]
    await one.leg.record('talk.wav', other.leg)
    expect(media.sessions[0]?.callRecording).toEqual({ file: 'talk.wav', right: media.sessions[1] })
  })
})
