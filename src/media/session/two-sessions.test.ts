import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RtpNetwork, remoteOn } from '../../../fakes/rtp-network.ts'
import { prompt, SessionBench } from '../../../fakes/session-bench.ts'
import { findTones } from '../tone/find-tones.ts'

let bench: SessionBench

beforeEach(() => {
  bench = new SessionBench()
})
afterEach(() => bench.close())

describe('two sessions', () => {
  it('hear each other: what one plays is in the recording of the other, where it belongs', async () => {
    const { one, two } = bench.network.pair()
    const recording = await two.record(bench.file('heard.wav'))
    await bench.clock.advance(500)
    const playback = one.play({ ...prompt('440-300', '1000-200'), times: 2, gapMs: 250 })
    await bench.clock.advance(2000)
    expect(await playback.finished).toEqual({ end: 'complete' })
    const { durationMs } = await recording.stop()
    expect(Math.abs(durationMs - 2500)).toBeLessThanOrEqual(20)
    const tones = findTones((await bench.wav('heard.wav')).samples)
    expect(tones.map((tone) => Math.round(tone.frequencyHz / 10) * 10)).toEqual([440, 1000, 440, 1000])
    const starts = [500, 800, 1250, 1550]
    tones.forEach((tone, i) => {
      expect(Math.abs(tone.fromMs - (starts[i] ?? 0))).toBeLessThanOrEqual(40)
    })
    expect(one.timesHeard()).toBe(1)
    expect(one.statistics()).toMatchObject({ packetsLost: 0, packetsLate: 0, packetsForeign: 0, jitterMs: 0 })
  })

  it('send a steady stream of silence while nothing plays', async () => {
    bench.network.pair()
    await bench.clock.advance(999)
    const sent = bench.network.rtpFrom(4000)
    expect(sent).toHaveLength(50)
    expect(sent.every((packet) => packet.payload.equals(Buffer.alloc(160, 0xd5)))).toBe(true)
    expect(sent.map((packet) => packet.marker)).toEqual([true, ...new Array(49).fill(false)])
  })

  it('press keys both ways, a prompt waiting meanwhile and losing nothing', async () => {
    const { one, two } = bench.network.pair()
    const playback = one.play(prompt('440-400'))
    await bench.clock.advance(100)
    const pressed = one.press('1*d')
    await bench.clock.advance(2000)
    await pressed
    await playback.finished
    expect(two.digits).toEqual([
      ['1', 100],
      ['*', 100],
      ['D', 100],
    ])
    const answered = two.press('5')
    await bench.clock.advance(500)
    await answered
    expect(one.digits).toEqual([['5', 100]])
    const silence = Buffer.alloc(160, 0xd5)
    const spoken = bench.network
      .rtpFrom(4000)
      .filter((packet) => packet.payloadType === 8 && !packet.payload.equals(silence))
    expect(spoken).toHaveLength(20)
  })

  it('stop a prompt at a key: within two frames of its first packet nothing of the prompt is sent any more', async () => {
    for (const pressAtMs of [500, 505, 511, 519]) {
      const line = new RtpNetwork(bench.clock)
      let stop = () => {}
      const one = line.session(4000, undefined, () => stop())
      const two = line.session(5000)
      one.connect(remoteOn(5000))
      two.connect(remoteOn(4000))
      stop = one.play(prompt('440-2000')).stop
      await bench.clock.advance(pressAtMs)
      const pressed = two.press('1')
      await bench.clock.advance(1000)
      await pressed
      const key = line.wire.findIndex(({ from, rtp }) => from === 5000 && rtp?.payloadType === 101)
      const silence = Buffer.alloc(160, 0xd5)
      const isPrompt = ({ from, rtp }: (typeof line.wire)[number]) =>
        from === 4000 && rtp?.payloadType === 8 && !rtp.payload.equals(silence)
      expect(key).toBeGreaterThan(0)
      expect(line.wire.slice(key).filter(isPrompt).length).toBeLessThanOrEqual(2)
      await one.close()
      await two.close()
    }
  })

  it('press keys as tones when telephone events were not negotiated', async () => {
    const [one, two] = [bench.network.session(4000), bench.network.session(5000)]
    const { telephoneEventPayloadType: _, ...plain } = remoteOn(5000, { codec: 'PCMU', payloadType: 0 })
    one.connect(plain)
    two.connect({ ...plain, port: 4000 })
    const pressed = one.press('42')
    await bench.clock.advance(1000)
    await pressed
    expect(two.digits.map(([key]) => key)).toEqual(['4', '2'])
    expect(bench.network.rtpFrom(4000).every((packet) => packet.payloadType === 0)).toBe(true)
  })

  it('go on at the same sample when the codec changes in the middle of a prompt', async () => {
    const { one, two } = bench.network.pair()
    const recording = await two.record(bench.file('heard.wav'))
    const playback = one.play(prompt('440-1000'))
    await bench.clock.advance(500)
    one.connect(remoteOn(5000, { codec: 'PCMU', payloadType: 0 }))
    two.connect(remoteOn(4000, { codec: 'PCMU', payloadType: 0 }))
    await bench.clock.advance(800)
    expect(await playback.finished).toEqual({ end: 'complete' })
    await recording.stop()
    const tones = findTones((await bench.wav('heard.wav')).samples)
    // The far end's buffer starts anew with the codec, so its own delay may part the tone in two.
    expect(tones.every((tone) => Math.abs(tone.frequencyHz - 440) < 2)).toBe(true)
    expect(tones.reduce((sum, tone) => sum + tone.toMs - tone.fromMs, 0)).toBeGreaterThan(850)
  })

  it('hear a far end that sends the other law than the one it chose first', async () => {
    const { one, two } = bench.network.pair()
    one.connect(remoteOn(5000, { codec: 'PCMU', payloadType: 0 }))
    const recording = await two.record(bench.file('heard.wav'))
    one.play(prompt('1000-300'))
    await bench.clock.advance(600)
    await recording.stop()
    expect(findTones((await bench.wav('heard.wav')).samples)).toMatchObject([{ levelDb: expect.closeTo(-12, 0) }])
  })

  it('know how good the line was: loss and jitter of both directions, and what people would say', async () => {
    const one = bench.network.session(4000, { loss: 0.05, jitterMs: 30, seed: 2 })
    const two = bench.network.session(5000)
    one.connect(remoteOn(5000))
    two.connect(remoteOn(4000))
    await bench.clock.advance(30_000)
    const [good, bad] = [one.statistics(), two.statistics()]
    expect(good).toMatchObject({ lossPercent: 0, jitterMaxMs: 0, mos: expect.closeTo(4.4, 1) })
    expect(bad.lossPercent).toBeCloseTo(5, -1)
    expect(bad.mos).toBeLessThan(3)
    expect(bad.jitterMeanMs).toBeGreaterThan(2)
    expect(bad.jitterMaxMs).toBeGreaterThan(bad.jitterMeanMs)
    expect(good.farEnd?.packetsLost).toBeGreaterThan(20)
    expect(good.farEnd?.jitterMs).toBeGreaterThan(2)
    expect(bad.farEnd).toEqual({ packetsLost: 0, jitterMs: 0 })
    await Promise.all([one.close(), two.close()])
  })

  it('tell each other their reports, and BYE at the end', async () => {
    const { one, two } = bench.network.pair()
    await bench.clock.advance(20_000)
    expect(one.statistics().roundTripMs).toBe(0)
    const statistics = await one.close()
    expect(statistics.packetsSent).toBe(1001)
    expect(await one.close()).toBe(statistics)
    await two.close()
    const last = bench.network.wire.filter(({ from, rtcp }) => from === 4001 && rtcp !== undefined).at(-1)
    expect(last).toMatchObject({ to: 5001 })
    expect(last?.rtcp?.map(({ kind }) => kind)).toEqual(['senderReport', 'description', 'bye'])
    expect(bench.clock.pendingTimers).toBe(0)
    expect(bench.network.boundPorts).toBe(0)
  })
})
