import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { remoteOn } from '../../../fakes/rtp-network.ts'
import { prompt, SessionBench } from '../../../fakes/session-bench.ts'
import { g711 } from '../codec/g711.ts'
import { type RtpPacket, serializeRtp } from '../rtp/rtp-packet.ts'
import { findTones } from '../tone/find-tones.ts'
import { makeTone } from '../tone/make-tone.ts'

let bench: SessionBench

beforeEach(() => {
  bench = new SessionBench()
})
afterEach(() => bench.close())

describe('a session', () => {
  it('neither sends nor hears before it is connected', async () => {
    const one = bench.network.session(4000)
    bench.network.deliver(4000, serializeRtp(packetOf(1, 0)), '127.0.0.1', 5000)
    await bench.clock.advance(100)
    expect(bench.network.wire).toEqual([])
    expect(one.statistics()).toMatchObject({ packetsSent: 0, packetsReceived: 0, packetsForeign: 0 })
    await expect(one.press('1')).rejects.toThrow('not connected')
    await expect(one.press('x')).rejects.toThrow(RangeError)
  })

  it('hears nobody but the far end it was told', async () => {
    const { one, two } = bench.network.pair()
    const recording = await one.record(bench.file('heard.wav'))
    for (let n = 0; n < 25; n++) {
      const loud = { ...packetOf(99, n), payload: Buffer.from(g711('PCMA').encode(makeTone([2000], 20))) }
      bench.network.deliver(4000, serializeRtp(loud), '192.0.2.66', 5000)
      await bench.clock.advance(20)
      bench.network.deliver(4000, serializeRtp(loud), '127.0.0.1', 5002)
    }
    await recording.stop()
    expect(findTones((await bench.wav('heard.wav')).samples)).toEqual([])
    expect(one.statistics().packetsForeign).toBe(50)
    expect(bench.network.wire.every(({ to }) => to === 5000 || to === 4000)).toBe(true)
    await two.close()
  })

  it('is silent while on hold, keeps its time, and goes on with the prompt afterwards', async () => {
    const { one } = bench.network.pair()
    const playback = one.play(prompt('440-400'))
    await bench.clock.advance(199)
    one.connect(remoteOn(5000, { direction: 'inactive' }))
    await bench.clock.advance(1000)
    expect(bench.network.rtpFrom(4000)).toHaveLength(10)
    one.connect(remoteOn(5000))
    await bench.clock.advance(300)
    expect(await playback.finished).toEqual({ end: 'complete' })
    const [before, after] = bench.network.rtpFrom(4000).slice(9, 11)
    expect(after?.marker).toBe(true)
    expect(((after?.timestamp ?? 0) - (before?.timestamp ?? 0)) >>> 0).toBe(51 * 160)
    expect(after?.sequence).toBe((before?.sequence ?? 0) + 1)
  })

  it('plays one prompt at a time and tells how each ended', async () => {
    const { one } = bench.network.pair()
    const first = one.play(prompt('440-1000'))
    const second = one.play(prompt('no such file'))
    expect(await first.finished).toEqual({ end: 'stopped' })
    expect(await second.finished).toEqual({ end: 'failed', reason: 'no file no such file' })
    const third = one.play(prompt('440-1000'))
    await bench.clock.advance(100)
    first.stop()
    expect(one.isPlaying).toBe(true)
    third.stop()
    expect(await third.finished).toEqual({ end: 'stopped' })
    const fourth = one.play(prompt('440-1000'))
    await one.close()
    expect(await fourth.finished).toEqual({ end: 'stopped' })
  })

  it('plays a prompt that was asked for before the line was connected', async () => {
    const [one, two] = [bench.network.session(4000), bench.network.session(5000)]
    const playback = one.play(prompt('440-100'))
    await bench.clock.advance(500)
    one.connect(remoteOn(5000))
    two.connect(remoteOn(4000))
    await bench.clock.advance(200)
    expect(await playback.finished).toEqual({ end: 'complete' })
  })

  it('does to its packets what a bad line would', async () => {
    const one = bench.network.session(4000, { loss: 0.2, seed: 5 })
    const two = bench.network.session(5000)
    one.connect(remoteOn(5000))
    two.connect(remoteOn(4000))
    await bench.clock.advance(10_000)
    const { packetsLost, packetsReceived } = two.statistics()
    expect(packetsLost / (packetsLost + packetsReceived)).toBeCloseTo(0.2, 1)
    expect(one.statistics().packetsLost).toBe(0)
    await one.close()
  })

  it('refuses a far end that it cannot reach', () => {
    const one = bench.network.session(4000)
    expect(() => one.connect(remoteOn(5000, { host: '::1' }))).toThrow('another address family')
    expect(() => one.connect(remoteOn(0))).toThrow('0 is no RTP port')
  })

  it('lets its keys go when it is closed', async () => {
    const { one } = bench.network.pair()
    const pressed = one.press('123')
    await bench.clock.advance(100)
    await Promise.all([one.close(), expect(pressed).rejects.toThrow('closed before all keys were sent')])
  })
})

function packetOf(ssrc: number, n: number): RtpPacket {
  const payload = Buffer.alloc(160, 0xd5)
  return { marker: false, payloadType: 8, sequence: n, timestamp: n * 160, ssrc, csrcs: [], payload }
}
