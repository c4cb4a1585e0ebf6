import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { g711 } from '../codec/g711.ts'
import { readWav } from '../codec/wav-reader.ts'
import { seededRandom } from '../line-faults.ts'
import type { AudioCodec, LineFaults, RemoteMedia } from '../media.ts'
import { FrameClock } from '../pacing/frame-clock.ts'
import { parseRtcp } from '../rtcp/parse-rtcp.ts'
import type { RtcpPacket } from '../rtcp/rtcp-packet.ts'
import { parseRtp, type RtpPacket, serializeRtp } from '../rtp/rtp-packet.ts'
import type { DatagramHandler, SocketPair } from '../rtp/socket-pair.ts'
import { findTones } from '../tone/find-tones.ts'
import { makeTone } from '../tone/make-tone.ts'
import { RtpSession } from './rtp-session.ts'

let clock: FakeClock
let frames: FrameClock
let folder: string
/** Whoever is bound, by `host:port`. */
let network: Map<string, DatagramHandler>
/** Every RTP and RTCP packet that was sent, in order. */
let wire: { from: number; to: number; rtp?: RtpPacket; rtcp?: RtcpPacket[] }[]

beforeEach(async () => {
  clock = new FakeClock()
  frames = new FrameClock(clock)
  folder = await mkdtemp(join(tmpdir(), 'session-'))
  network = new Map()
  wire = []
})
afterEach(() => rm(folder, { recursive: true }))

function socketsOn(port: number): SocketPair {
  const host = '127.0.0.1'
  return {
    local: { host, port },
    listen(handlers) {
      network.set(`${host}:${port}`, handlers.rtp)
      network.set(`${host}:${port + 1}`, handlers.rtcp)
    },
    sendRtp(datagram, to) {
      const rtp = parseRtp(Buffer.from(datagram))
      wire.push({ from: port, to: to.port, ...(rtp === undefined ? {} : { rtp }) })
      network.get(`${to.host}:${to.port}`)?.(Buffer.from(datagram), host, port)
    },
    sendRtcp(datagram, to) {
      const rtcp = parseRtcp(datagram)
      wire.push({ from: port + 1, to: to.port, ...(rtcp === undefined ? {} : { rtcp }) })
      network.get(`${to.host}:${to.port}`)?.(Buffer.from(datagram), host, port + 1)
    },
    close: async () => {
      network.delete(`${host}:${port}`)
      network.delete(`${host}:${port + 1}`)
    },
  }
}

/** Files named `<hertz>-<milliseconds>` hold a tone; others are not there. */
const prompts = {
  async load(path: string, codec: AudioCodec) {
    const [hertz, milliseconds] = path.split('-').map(Number)
    if (!hertz || !milliseconds) throw new Error(`no file ${path}`)
    return g711(codec).encode(makeTone([hertz], milliseconds))
  },
}

function session(port: number, faults?: LineFaults) {
  const digits: [string, number][] = []
  let heard = 0
  const events = {
    digit: (key: string, durationMs: number) => void digits.push([key, durationMs]),
    heard: () => {
      heard++
    },
  }
  const random = seededRandom(port)
  const sockets = socketsOn(port)
  const made = new RtpSession({ sockets, frames, prompts, clock, random, events, ...(faults ? { faults } : {}) })
  return Object.assign(made, { digits, timesHeard: () => heard })
}

const remote = (port: number, more: Partial<RemoteMedia> = {}): RemoteMedia => ({
  host: '127.0.0.1',
  port,
  codec: 'PCMA',
  payloadType: 8,
  telephoneEventPayloadType: 101,
  direction: 'sendrecv',
  ...more,
})

/** Two sessions that are connected to each other. */
function pair(here: Partial<RemoteMedia> = {}, there: Partial<RemoteMedia> = {}) {
  const [one, two] = [session(4000), session(5000)]
  one.connect(remote(5000, here))
  two.connect(remote(4000, there))
  return { one, two }
}

const play = (...files: string[]) => ({ files, times: 1, gapMs: 0, volume: 100 })
const samplesOf = async (file: string) => readWav(await readFile(file)).samples
const rtpFrom = (port: number) => wire.flatMap(({ from, rtp }) => (from === port && rtp !== undefined ? [rtp] : []))

describe('two sessions', () => {
  it('hear each other: what one plays is in the recording of the other, where it belongs', async () => {
    const { one, two } = pair()
    const file = join(folder, 'heard.wav')
    const recording = await two.record(file)
    await clock.advance(500)
    const playback = one.play({ ...play('440-300', '1000-200'), times: 2, gapMs: 250 })
    await clock.advance(2000)
    expect(await playback.finished).toEqual({ end: 'complete' })
    const { durationMs } = await recording.stop()
    expect(Math.abs(durationMs - 2500)).toBeLessThanOrEqual(20)
    const tones = findTones(await samplesOf(file))
    expect(tones.map((tone) => Math.round(tone.frequencyHz / 10) * 10)).toEqual([440, 1000, 440, 1000])
    const starts = [500, 800, 1250, 1550]
    tones.forEach((tone, i) => {
      expect(Math.abs(tone.fromMs - (starts[i] ?? 0))).toBeLessThanOrEqual(40)
    })
    expect(one.timesHeard()).toBe(1)
    expect(one.statistics()).toMatchObject({ packetsLost: 0, packetsLate: 0, packetsForeign: 0, jitterMs: 0 })
  })

  it('send a steady stream of silence while nothing plays', async () => {
    pair()
    await clock.advance(999)
    const sent = rtpFrom(4000)
    expect(sent).toHaveLength(50)
    expect(sent.every((packet) => packet.payload.equals(Buffer.alloc(160, 0xd5)))).toBe(true)
    expect(sent.map((packet) => packet.marker)).toEqual([true, ...new Array(49).fill(false)])
  })

  it('press keys both ways, a prompt waiting meanwhile and losing nothing', async () => {
    const { one, two } = pair()
    const playback = one.play(play('440-400'))
    await clock.advance(100)
    const pressed = one.press('1*d')
    await clock.advance(2000)
    await pressed
    await playback.finished
    expect(two.digits).toEqual([
      ['1', 100],
      ['*', 100],
      ['D', 100],
    ])
    void two.press('5')
    await clock.advance(500)
    expect(one.digits).toEqual([['5', 100]])
    const silence = Buffer.alloc(160, 0xd5)
    const spoken = rtpFrom(4000).filter((packet) => packet.payloadType === 8 && !packet.payload.equals(silence))
    expect(spoken).toHaveLength(20)
  })

  it('press keys as tones when telephone events were not negotiated', async () => {
    const [one, two] = [session(4000), session(5000)]
    const { telephoneEventPayloadType: _, ...plain } = remote(5000, { codec: 'PCMU', payloadType: 0 })
    one.connect(plain)
    two.connect({ ...plain, port: 4000 })
    const pressed = one.press('42')
    await clock.advance(1000)
    await pressed
    expect(two.digits.map(([key]) => key)).toEqual(['4', '2'])
    expect(rtpFrom(4000).every((packet) => packet.payloadType === 0)).toBe(true)
  })

  it('go on at the same sample when the codec changes in the middle of a prompt', async () => {
    const { one, two } = pair()
    const file = join(folder, 'heard.wav')
    const recording = await two.record(file)
    const playback = one.play(play('440-1000'))
    await clock.advance(500)
    one.connect(remote(5000, { codec: 'PCMU', payloadType: 0 }))
    two.connect(remote(4000, { codec: 'PCMU', payloadType: 0 }))
    await clock.advance(800)
    expect(await playback.finished).toEqual({ end: 'complete' })
    await recording.stop()
    const tones = findTones(await samplesOf(file))
    // The far end's buffer starts anew with the codec, so its own delay may part the tone in two.
    expect(tones.every((tone) => Math.abs(tone.frequencyHz - 440) < 2)).toBe(true)
    expect(tones.reduce((sum, tone) => sum + tone.toMs - tone.fromMs, 0)).toBeGreaterThan(850)
  })

  it('hear a far end that sends the other law than the one it chose first', async () => {
    const { one, two } = pair()
    one.connect(remote(5000, { codec: 'PCMU', payloadType: 0 }))
    const file = join(folder, 'heard.wav')
    const recording = await two.record(file)
    one.play(play('1000-300'))
    await clock.advance(600)
    await recording.stop()
    expect(findTones(await samplesOf(file))).toMatchObject([{ levelDb: expect.closeTo(-12, 0) }])
  })

  it('tell each other their reports, and BYE at the end', async () => {
    const { one, two } = pair()
    await clock.advance(20_000)
    expect(one.statistics().roundTripMs).toBe(0)
    const statistics = await one.close()
    expect(statistics.packetsSent).toBe(1001)
    expect(await one.close()).toBe(statistics)
    await two.close()
    const last = wire.filter(({ from, rtcp }) => from === 4001 && rtcp !== undefined).at(-1)
    expect(last).toMatchObject({ to: 5001 })
    expect(last?.rtcp?.map(({ kind }) => kind)).toEqual(['senderReport', 'description', 'bye'])
    expect(clock.pendingTimers).toBe(0)
    expect(network.size).toBe(0)
  })
})

describe('a session', () => {
  it('neither sends nor hears before it is connected', async () => {
    const one = session(4000)
    network.get('127.0.0.1:4000')?.(serializeRtp(packetOf(1, 0)), '127.0.0.1', 5000)
    await clock.advance(100)
    expect(wire).toEqual([])
    expect(one.statistics()).toMatchObject({ packetsSent: 0, packetsReceived: 0, packetsForeign: 0 })
    await expect(one.press('1')).rejects.toThrow('not connected')
    await expect(one.press('x')).rejects.toThrow(RangeError)
  })

  it('hears nobody but the far end it was told', async () => {
    const { one, two } = pair()
    const file = join(folder, 'heard.wav')
    const recording = await one.record(file)
    for (let n = 0; n < 25; n++) {
      const loud = { ...packetOf(99, n), payload: Buffer.from(g711('PCMA').encode(makeTone([2000], 20))) }
      network.get('127.0.0.1:4000')?.(serializeRtp(loud), '192.0.2.66', 5000)
      await clock.advance(20)
      network.get('127.0.0.1:4000')?.(serializeRtp(loud), '127.0.0.1', 5002)
    }
    await recording.stop()
    expect(findTones(await samplesOf(file))).toEqual([])
    expect(one.statistics().packetsForeign).toBe(50)
    expect(wire.every(({ to }) => to === 5000 || to === 4000)).toBe(true)
    await two.close()
  })

  it('is silent while on hold, keeps its time, and goes on with the prompt afterwards', async () => {
    const { one } = pair()
    const playback = one.play(play('440-400'))
    await clock.advance(199)
    one.connect(remote(5000, { direction: 'inactive' }))
    await clock.advance(1000)
    expect(rtpFrom(4000)).toHaveLength(10)
    one.connect(remote(5000))
    await clock.advance(300)
    expect(await playback.finished).toEqual({ end: 'complete' })
    const [before, after] = rtpFrom(4000).slice(9, 11)
    expect(after?.marker).toBe(true)
    expect(((after?.timestamp ?? 0) - (before?.timestamp ?? 0)) >>> 0).toBe(51 * 160)
    expect(after?.sequence).toBe((before?.sequence ?? 0) + 1)
  })

  it('plays one prompt at a time and tells how each ended', async () => {
    const { one } = pair()
    const first = one.play(play('440-1000'))
    const second = one.play(play('no such file'))
    expect(await first.finished).toEqual({ end: 'stopped' })
    expect(await second.finished).toEqual({ end: 'failed', reason: 'no file no such file' })
    const third = one.play(play('440-1000'))
    await clock.advance(100)
    first.stop()
    expect(one.isPlaying).toBe(true)
    third.stop()
    expect(await third.finished).toEqual({ end: 'stopped' })
    const fourth = one.play(play('440-1000'))
    await one.close()
    expect(await fourth.finished).toEqual({ end: 'stopped' })
  })

  it('plays a prompt that was asked for before the line was connected', async () => {
    const [one, two] = [session(4000), session(5000)]
    const playback = one.play(play('440-100'))
    await clock.advance(500)
    one.connect(remote(5000))
    two.connect(remote(4000))
    await clock.advance(200)
    expect(await playback.finished).toEqual({ end: 'complete' })
  })

  it('does to its packets what a bad line would', async () => {
    const one = session(4000, { loss: 0.2, seed: 5 })
    const two = session(5000)
    one.connect(remote(5000))
    two.connect(remote(4000))
    await clock.advance(10_000)
    const { packetsLost, packetsReceived } = two.statistics()
    expect(packetsLost / (packetsLost + packetsReceived)).toBeCloseTo(0.2, 1)
    expect(one.statistics().packetsLost).toBe(0)
    await one.close()
  })

  it('refuses a far end that it cannot reach', () => {
    const one = session(4000)
    expect(() => one.connect(remote(5000, { host: '::1' }))).toThrow('another address family')
    expect(() => one.connect(remote(0))).toThrow('0 is no RTP port')
  })

  it('lets its keys go when it is closed', async () => {
    const { one } = pair()
    const pressed = one.press('123')
    await clock.advance(100)
    const [ended] = await Promise.allSettled([pressed, one.close()])
    expect(ended).toMatchObject({ status: 'rejected' })
  })
})

function packetOf(ssrc: number, n: number): RtpPacket {
  const payload = Buffer.alloc(160, 0xd5)
  return { marker: false, payloadType: 8, sequence: n, timestamp: n * 160, ssrc, csrcs: [], payload }
}
