import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { remoteOn, type WiredSession } from '../../../fakes/rtp-network.ts'
import { prompt, SessionBench } from '../../../fakes/session-bench.ts'
import { g711 } from '../codec/g711.ts'
import { serializeRtp } from '../rtp/rtp-packet.ts'
import { findTones } from '../tone/find-tones.ts'
import { makeTone } from '../tone/make-tone.ts'
import { bridgeSessions } from './bridge.ts'

let bench: SessionBench

beforeEach(() => {
  bench = new SessionBench()
})
afterEach(() => bench.close())

/** The tones of a channel (0 left, 1 right): frequency and where each begins, milliseconds. */
async function tonesOf(channel: number): Promise<{ hertz: number; fromMs: number; toMs: number }[]> {
  const { samples, channels } = await bench.wav('call.wav')
  expect(channels).toBe(2)
  const one = samples.filter((_, i) => i % 2 === channel)
  return findTones(one).map(({ frequencyHz, fromMs, toMs }) => ({
    hertz: Math.round(frequencyHz / 10) * 10,
    fromMs,
    toMs,
  }))
}

/** What was to be heard, a frame or two earlier or later. */
const tone = (hertz: number, fromMs: number, toMs: number) => ({ hertz, fromMs: near(fromMs), toMs: near(toMs) })
const near = (milliseconds: number) => expect.closeTo(milliseconds, -2)

/** Two calls, each with a far end of its own: the far ends are on 4000 and 7000, our legs on 5000 and 6000. */
function twoLegs(codecOfSecond: 'PCMA' | 'PCMU' = 'PCMA') {
  const second = codecOfSecond === 'PCMU' ? ({ codec: 'PCMU', payloadType: 0 } as const) : {}
  const [caller, one] = [bench.network.session(4000), bench.network.session(5000)]
  const [other, callee] = [bench.network.session(6000), bench.network.session(7000)]
  const connectSecond = () => {
    other.connect(remoteOn(7000, second))
    callee.connect(remoteOn(6000, second))
  }
  caller.connect(remoteOn(5000))
  one.connect(remoteOn(4000))
  return { caller, one, other, callee, connectSecond }
}

describe('the recording of a call', () => {
  it('of one leg has the far end left and what is played to it right, at the same time', async () => {
    const { one: here, two: there } = bench.network.pair()
    const recording = await here.recordCall(bench.file('call.wav'))
    await bench.clock.advance(300)
    here.play(prompt('440-400'))
    await bench.clock.advance(500)
    there.play(prompt('1000-400'))
    await bench.clock.advance(1000)
    const { durationMs } = await recording.stop()
    expect(Math.abs(durationMs - 1800)).toBeLessThanOrEqual(20)
    expect(await tonesOf(0)).toEqual([tone(1000, 800, 1200)])
    expect(await tonesOf(1)).toEqual([tone(440, 300, 700)])
  })

  it.each(['PCMA', 'PCMU'] as const)('of two bridged legs has a far end each, also in %s', async (codec) => {
    const { caller, one, other, callee, connectSecond } = twoLegs(codec)
    connectSecond()
    bridgeSessions(one, other, () => undefined)
    const recording = await one.recordCall(bench.file('call.wav'), other)
    await bench.clock.advance(200)
    caller.play(prompt('440-300'))
    await bench.clock.advance(500)
    callee.play(prompt('1000-300'))
    await bench.clock.advance(500)
    await recording.stop()
    expect(await tonesOf(0)).toEqual([tone(440, 200, 500)])
    expect(await tonesOf(1)).toEqual([tone(1000, 700, 1000)])
  })

  it('of one bridged leg has what is relayed to it on the right', async () => {
    const { one, other, callee, connectSecond } = twoLegs()
    connectSecond()
    bridgeSessions(one, other, () => undefined)
    await bench.clock.advance(200)
    const recording = await one.recordCall(bench.file('call.wav'))
    callee.play(prompt('1000-300'))
    await bench.clock.advance(600)
    await recording.stop()
    expect(await tonesOf(0)).toEqual([])
    expect(await tonesOf(1)).toEqual([tone(1000, 0, 300)])
  })

  it('keeps its time when a leg comes late, holds the line and goes early', async () => {
    const { caller, one, other, callee, connectSecond } = twoLegs()
    const recording = await one.recordCall(bench.file('call.wav'), other)
    await bench.clock.advance(1500)
    connectSecond()
    await bench.clock.advance(500)
    say(callee, '1000-200')
    await bench.clock.advance(1000)
    one.connect(remoteOn(4000, { direction: 'inactive' }))
    await bench.clock.advance(2000)
    one.connect(remoteOn(4000))
    say(caller, '440-200')
    await bench.clock.advance(1000)
    say(callee, '1000-200')
    await bench.clock.advance(400)
    await other.close()
    await bench.clock.advance(1600)
    say(caller, '440-200')
    await bench.clock.advance(500)
    await one.close()
    expect((await recording.stop()).durationMs).toBe(8500)
    expect(await tonesOf(0)).toEqual([tone(440, 5000, 5200), tone(440, 8000, 8200)])
    expect(await tonesOf(1)).toEqual([tone(1000, 2000, 2200), tone(1000, 6000, 6200)])
  })

  it('keeps its time when the process could not run for two seconds', async () => {
    const { one, two } = bench.network.pair()
    const recording = await one.recordCall(bench.file('call.wav'))
    await bench.clock.advance(1000)
    // What the frame clock tells after a pause: so many frames at once.
    one.tick(100, bench.clock.monotonicMs())
    one.play(prompt('440-300'))
    say(two, '1000-300')
    await bench.clock.advance(1000)
    const { durationMs } = await recording.stop()
    expect(Math.abs(durationMs - 4000)).toBeLessThanOrEqual(40)
    expect(await tonesOf(1)).toEqual([tone(440, 3000, 3300)])
  })

  it('has silence where packets are missing, and nothing moves', async () => {
    const [here, there] = [bench.network.session(4000), bench.network.session(5000, { loss: 0.1, seed: 3 })]
    here.connect(remoteOn(5000))
    there.connect(remoteOn(4000))
    const recording = await here.recordCall(bench.file('call.wav'))
    await bench.clock.advance(4000)
    there.play(prompt('1000-1500'))
    await bench.clock.advance(2000)
    await recording.stop()
    const tones = await tonesOf(0)
    expect(tones.length).toBeGreaterThan(0)
    expect(tones.every(({ fromMs, toMs }) => fromMs > 3975 && toMs < 5525)).toBe(true)
  })

  it('keeps its time over pauses in which the far end sends nothing, with its timestamps going on or standing still', async () => {
    const here = bench.network.session(4000)
    here.connect(remoteOn(5000))
    const recording = await here.recordCall(bench.file('call.wav'))
    for (const [fromMs, timestamp] of [
      [500, 4000],
      [3000, 24_000],
      [6000, 24_000 + 20 * 160],
    ] as const) {
      await bench.clock.advance(fromMs - bench.clock.monotonicMs())
      await burst(timestamp)
    }
    await bench.clock.advance(1000)
    await recording.stop()
    expect(await tonesOf(0)).toEqual([tone(1000, 500, 900), tone(1000, 3000, 3400), tone(1000, 6100, 6400)])
  })

  it('shorter than the delay of the line is that short', async () => {
    const { one } = bench.network.pair()
    await bench.clock.advance(1000)
    const recording = await one.recordCall(bench.file('call.wav'))
    await bench.clock.advance(60)
    expect((await recording.stop()).durationMs).toBe(60)
    expect((await recording.stop()).durationMs).toBe(60)
  })

  it('cannot be made where there is no folder, and nothing happens to the call', async () => {
    const { one, two } = bench.network.pair()
    await expect(one.recordCall(bench.file('no/such.wav'), two)).rejects.toThrow('ENOENT')
    const late = await one.recordCall(bench.file('call.wav'), two)
    await Promise.all([one.close(), two.close()])
    await late.stop()
    const afterwards = await one.recordCall(bench.file('after.wav'))
    expect((await afterwards.stop()).durationMs).toBe(0)
    expect(bench.clock.pendingTimers).toBe(0)
  })
})

describe('a listener', () => {
  it('hears what the far end sends, 100 ms a piece, silence before and after', async () => {
    const { one, two } = bench.network.pair()
    const pieces: Int16Array[] = []
    const stop = one.listen((pcm) => pieces.push(pcm))
    await bench.clock.advance(400)
    say(two, '440-300')
    await bench.clock.advance(1000)
    stop()
    await bench.clock.advance(500)
    expect(pieces).toHaveLength(14)
    expect(pieces.every((pcm) => pcm.length === 800)).toBe(true)
    const heard = Int16Array.from(pieces.flatMap((pcm) => [...pcm]))
    expect(findTones(heard)).toMatchObject([{ fromMs: near(500), toMs: near(800) }])
  })

  it('hears silence while nobody is connected, and nothing after the end', async () => {
    const one = bench.network.session(4000)
    const pieces: Int16Array[] = []
    one.listen((pcm) => pieces.push(pcm))
    await bench.clock.advance(250)
    await one.close()
    await bench.clock.advance(500)
    expect(pieces.map((pcm) => pcm.length)).toEqual([800, 800, 480])
    expect(pieces.flatMap((pcm) => [...pcm]).every((sample) => Math.abs(sample) <= 8)).toBe(true)
  })
})

/** 400 ms of a tone on port 4000, 20 ms a packet, from a timestamp on. */
async function burst(timestamp: number): Promise<void> {
  const audio = Buffer.from(g711('PCMA').encode(makeTone([1000], 400)))
  for (let n = 0; n < 20; n++) {
    const header = { marker: n === 0, payloadType: 8, sequence: sequence++, timestamp: timestamp + n * 160 }
    const payload = audio.subarray(n * 160, n * 160 + 160)
    bench.network.deliver(4000, serializeRtp({ ...header, ssrc: 5, csrcs: [], payload }), '127.0.0.1', 5000)
    await bench.clock.advance(20)
  }
}
let sequence = 0

function say(session: WiredSession, file: string): void {
  session.play(prompt(file))
}
