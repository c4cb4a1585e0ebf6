import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { RtpNetwork, remoteOn, type WiredSession } from '../../../fakes/rtp-network.ts'
import { transcode } from '../codec/transcode.ts'
import type { RemoteMedia } from '../media.ts'
import { type RtpPacket, serializeRtp } from '../rtp/rtp-packet.ts'
import { type Bridge, bridgeSessions } from './bridge.ts'

let clock: FakeClock
let network: RtpNetwork
let ends: number

beforeEach(() => {
  clock = new FakeClock()
  network = new RtpNetwork(clock)
  ends = 0
})

/** Sessions on 4000 and 5000 whose far ends are 6000 and 7000; what the far end on 6000 sends goes on from 5000. */
function bridged(here: Partial<RemoteMedia> = {}, there: Partial<RemoteMedia> = {}) {
  const [one, other] = [network.session(4000), network.session(5000)]
  one.connect(remoteOn(6000, here))
  other.connect(remoteOn(7000, there))
  return { one, other, bridge: bridgeSessions(one, other, () => ends++) }
}

const payloadOf = (n: number) => Buffer.from(Uint8Array.from({ length: 160 }, (_, i) => (n * 31 + i * 7) & 0xff))

function packetOf(n: number, more: Partial<RtpPacket> = {}): RtpPacket {
  const place = { sequence: (65_530 + n) & 0xffff, timestamp: (0xffff_fc00 + n * 160) >>> 0 }
  return { marker: false, payloadType: 8, ...place, ssrc: 77, csrcs: [], payload: payloadOf(n), ...more }
}

/** The far end on 6000 says something; as the packets go on at once, what was sent on for it is returned. */
function say(packet: RtpPacket, paddingBytes = 0): RtpPacket[] {
  const before = network.rtpFrom(5000).length
  network.deliver(4000, serializeRtp(packet, paddingBytes), '127.0.0.1', 6000)
  return network.rtpFrom(5000).slice(before)
}

async function speak(from: number, count: number, more: Partial<RtpPacket> = {}): Promise<RtpPacket[]> {
  const before = network.rtpFrom(5000).length
  for (let n = from; n < from + count; n++) {
    say(packetOf(n, more))
    await clock.advance(20)
  }
  return network.rtpFrom(5000).slice(before)
}

describe('a bridge', () => {
  it('sends on at once what it hears, untouched, both ways, and nothing else', async () => {
    const { one, other } = bridged({}, { payloadType: 97 })
    await clock.advance(7)
    for (let n = 0; n < 20; n++) {
      const [sent, ...more] = say(packetOf(n))
      expect(more).toEqual([])
      expect(sent).toMatchObject({ payloadType: 97, marker: n === 0 })
      expect(sent?.payload).toEqual(payloadOf(n))
      expect(sent?.ssrc).not.toBe(77)
      const before = network.rtpFrom(4000).length
      const answer = { ...packetOf(n, { payloadType: 97 }), ssrc: 5 }
      network.deliver(5000, serializeRtp(answer), '127.0.0.1', 7000)
      expect(network.rtpFrom(4000).slice(before)).toMatchObject([{ payloadType: 8, payload: payloadOf(n) }])
      await clock.advance(20)
    }
    expect(one.statistics()).toMatchObject({ packetsReceived: 20, packetsLost: 0 })
    expect(other.statistics().packetsReceived).toBe(20)
  })

  it('leaves one stream behind: gaps stay gaps, order stays, time keeps its spacing over every wrap', async () => {
    bridged()
    await clock.advance(100)
    const arrivals = [0, 1, 2, 5, 4, 6, 6, 9, 11, 10]
    const sent = arrivals.flatMap((n) => say(packetOf(n)))
    const first = sent[0]
    const places = sent.map(({ sequence, timestamp }) => [
      (sequence - (first?.sequence ?? 0)) & 0xffff,
      ((timestamp - (first?.timestamp ?? 0)) >>> 0) / 160,
    ])
    expect(places).toEqual([0, 1, 2, 5, 4, 6, 9, 11, 10].map((n) => [n, n]))
    const silence = network.rtpFrom(5000).at(-1 - sent.length)
    expect(first?.sequence).toBe(((silence?.sequence ?? 0) + 1) & 0xffff)
    expect(new Set(network.rtpFrom(5000).map(({ ssrc }) => ssrc)).size).toBe(1)
  })

  it('turns one law into the other, whatever surrounds the payload', () => {
    bridged({}, { codec: 'PCMU', payloadType: 0 })
    const extension = { profile: 0xbede, data: Buffer.alloc(8, 1) }
    const [sent] = say(packetOf(0, { csrcs: [1, 2], extension }), 4)
    const expected = payloadOf(0)
    transcode(expected, 'PCMA', 'PCMU')
    expect(sent).toEqual({ ...sent, payloadType: 0, csrcs: [], payload: expected })
    expect(sent).not.toHaveProperty('extension')
    const [same] = say(packetOf(1, { payloadType: 0 }))
    expect(same?.payload).toEqual(payloadOf(1))
  })

  it('goes on as one stream when a prompt interrupts, and relays nothing meanwhile', async () => {
    const { other } = bridged()
    await speak(0, 20)
    const playback = other.play({ files: ['440-400'], times: 1, gapMs: 0, volume: 100 })
    const during = await speak(20, 20)
    expect(await playback.finished).toEqual({ end: 'complete' })
    await speak(40, 20)
    // The file is loaded behind the first of them.
    expect(during.length - 20).toBeLessThanOrEqual(1)
    expectOneStream(network.rtpFrom(5000))
    expect(network.rtpFrom(5000).at(-1)?.payload).toEqual(payloadOf(59))
  })

  it.each([50, 51, 52, 53, 54, 55])(
    'gives way to a prompt and to a key within a frame, after %d packets',
    async (packets) => {
      const { other } = bridged()
      await speak(0, packets)
      const playback = other.play({ files: ['440-400'], times: 1, gapMs: 0, volume: 100 })
      const during = await speak(packets, 20)
      expect(during.length - 20).toBeLessThanOrEqual(1)
      await playback.finished
      await speak(packets + 20, packets)
      const pressed = other.press('5')
      await clock.advance(20)
      expect(network.rtpFrom(5000).at(-1)?.payloadType).toBe(101)
      await clock.advance(200)
      await pressed
    },
  )

  it('tells a key whose end never came as soon as without it', async () => {
    const { one } = bridged()
    await speak(0, 53)
    say(packetOf(53, { payloadType: 101, payload: Buffer.from([7, 10, 1, 0x90]) }))
    const before = clock.monotonicMs()
    while (one.digits.length === 0) await clock.advance(10)
    expect(clock.monotonicMs() - before).toBeLessThanOrEqual(220)
    expect(one.digits).toEqual([['7', 50]])
  })

  it('goes on as one stream when the far end changes its source, its law or both', async () => {
    const { one } = bridged()
    await speak(0, 20)
    await speak(3000, 20, { ssrc: 78 })
    one.connect(remoteOn(6000, { codec: 'PCMU', payloadType: 0 }))
    await speak(20, 20, { ssrc: 79, payloadType: 0 })
    // Its numbers start anew: the first packet after a leap counts only with its successor.
    await speak(20_000, 20, { ssrc: 79, payloadType: 0 })
    expectOneStream(network.rtpFrom(5000))
  })

  it('fills a long silence with its own, and goes on with the same stream', async () => {
    bridged()
    await speak(0, 10)
    const quiet = network.rtpFrom(5000).length
    await clock.advance(900)
    expect(network.rtpFrom(5000)).toHaveLength(quiet)
    await clock.advance(1000)
    expect(network.rtpFrom(5000).length).toBeGreaterThan(quiet + 40)
    await speak(100, 10)
    const sent = network.rtpFrom(5000)
    expectNoGap(sent)
    const [first, last] = [sent[0], sent.at(-1)]
    const saidMs = (((last?.timestamp ?? 0) - (first?.timestamp ?? 0)) >>> 0) / 8
    expect(Math.abs(saidMs - 2280)).toBeLessThanOrEqual(40)
  })

  it('passes keys on in the other side’s payload type and tells them here', async () => {
    const { one, other } = bridged({}, { telephoneEventPayloadType: 96 })
    const far: WiredSession = network.session(6000)
    far.connect(remoteOn(4000))
    const listener = network.session(7000)
    listener.connect(remoteOn(5000, { telephoneEventPayloadType: 96 }))
    await clock.advance(100)
    const pressed = far.press('4#')
    await clock.advance(1000)
    await pressed
    expect(listener.digits).toEqual([
      ['4', 100],
      ['#', 100],
    ])
    expect(one.digits).toEqual(listener.digits)
    expect(other.digits).toEqual([])
    expectNoGap(network.rtpFrom(5000))
  })

  it('passes keys on as tones to a far end that takes no events, each once', async () => {
    const { telephoneEventPayloadType: _, ...plain } = remoteOn(7000)
    const [one, other] = [network.session(4000), network.session(5000)]
    one.connect(remoteOn(6000))
    other.connect(plain)
    bridgeSessions(one, other, () => ends++)
    const far = network.session(6000)
    far.connect(remoteOn(4000))
    const listener = network.session(7000)
    listener.connect({ ...plain, port: 5000 })
    const pressed = far.press('9*0')
    await clock.advance(1500)
    await pressed
    expect(listener.digits.map(([key]) => key)).toEqual(['9', '*', '0'])
    expect(one.digits.map(([key]) => key)).toEqual(['9', '*', '0'])
    expect(network.rtpFrom(5000).every(({ payloadType }) => payloadType === 8)).toBe(true)
  })

  it('leaves out what means nothing to the other side without making it look lost', () => {
    bridged()
    const sent = [0, 1, 2, 4, 3, 5].flatMap((n) => say(packetOf(n, n === 2 ? { payloadType: 13 } : {})))
    const first = sent[0]?.sequence ?? 0
    expect(sent.map(({ sequence }) => (sequence - first) & 0xffff)).toEqual([0, 1, 3, 2, 4])
  })

  it('sends nothing to a side on hold, and hears nothing from one that may not be heard', async () => {
    const { other } = bridged()
    await speak(0, 5)
    other.connect(remoteOn(7000, { direction: 'recvonly' }))
    expect(await speak(5, 5)).toEqual([])
    other.connect(remoteOn(7000))
    await speak(10, 5)
    expectOneStream(network.rtpFrom(5000), 'with gaps')
    other.connect(remoteOn(7000, { direction: 'sendonly' }))
    const before = network.rtpFrom(4000).length
    network.deliver(5000, serializeRtp(packetOf(0)), '127.0.0.1', 7000)
    expect(network.rtpFrom(4000)).toHaveLength(before)
  })

  it('is heard here from the moment somebody listens, and after it as before', async () => {
    const { one, bridge } = bridged()
    await speak(0, 50)
    const heard: Int16Array[] = []
    const stop = one.listen((pcm) => heard.push(pcm))
    await speak(50, 50)
    stop()
    const loud = heard.filter((pcm) => pcm.some((sample) => Math.abs(sample) > 1000))
    // The jitter buffer begins with the listener: its 100 ms come late.
    expect(loud.length).toBeGreaterThanOrEqual(8)
    bridge.close()
    await speak(100, 50)
    expect(one.statistics()).toMatchObject({ packetsReceived: 150, packetsLate: 0, packetsLost: 0 })
  })

  it('ends with either session, or by itself, and leaves nothing behind', async () => {
    const endings: ((parts: { one: WiredSession; other: WiredSession; bridge: Bridge }) => unknown)[] = [
      ({ one }) => one.close(),
      ({ other }) => other.close(),
      ({ bridge }) => bridge.close(),
    ]
    for (const end of endings) {
      ends = 0
      const parts = bridged()
      await speak(0, 3)
      expect(() => bridgeSessions(parts.one, parts.other, () => ends++)).toThrow('one bridge only')
      await end(parts)
      parts.bridge.close()
      expect(ends).toBe(1)
      expect(parts.one.isBridged || parts.other.isBridged).toBe(false)
      expect(say(packetOf(3)).filter(({ payload }) => payload.equals(payloadOf(3)))).toEqual([])
      await Promise.all([parts.one.close(), parts.other.close()])
      expect(clock.pendingTimers).toBe(0)
      expect(network.boundPorts).toBe(0)
    }
    expect(() => bridgeSessions(network.session(4000), network.session(4000), () => ends++)).not.toThrow()
  })
})

/** Numbers that go up by one, as one source. */
function expectNoGap(sent: readonly RtpPacket[]): void {
  expect(new Set(sent.map(({ ssrc }) => ssrc)).size).toBe(1)
  const steps = sent.slice(1).map(({ sequence }, i) => (sequence - (sent[i]?.sequence ?? 0)) & 0xffff)
  expect(steps.every((step) => step === 1)).toBe(true)
}

/** The same, with stamps that go up by a packet each time, or by more across a hold. */
function expectOneStream(sent: readonly RtpPacket[], gaps?: 'with gaps'): void {
  expectNoGap(sent)
  const steps = sent.slice(1).map(({ timestamp }, i) => (timestamp - (sent[i]?.timestamp ?? 0)) >>> 0)
  expect(Math.min(...steps)).toBeGreaterThanOrEqual(160)
  if (gaps === undefined) expect(Math.max(...steps)).toBeLessThanOrEqual(480)
}
