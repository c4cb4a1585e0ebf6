import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { RtpNetwork, remoteOn, type WiredSession } from '../../../fakes/rtp-network.ts'
import { g711 } from '../codec/g711.ts'
import { readWav } from '../codec/wav-reader.ts'
import type { RemoteMedia, SrtpKeys } from '../media.ts'
import { serializeRtcp } from '../rtcp/serialize-rtcp.ts'
import { serializeRtp } from '../rtp/rtp-packet.ts'
import { findTones } from '../tone/find-tones.ts'
import { makeTone } from '../tone/make-tone.ts'
import { bridgeSessions } from './bridge.ts'

let clock: FakeClock
let network: RtpNetwork
let folder: string
let victim: WiredSession

beforeEach(async () => {
  clock = new FakeClock()
  network = new RtpNetwork(clock)
  folder = await mkdtemp(join(tmpdir(), 'second-source-'))
  victim = network.session(4000)
})
afterEach(() => rm(folder, { recursive: true }))

const loud = Buffer.from(g711('PCMA').encode(makeTone([2000], 20)))
let sequence = 0

/** A second source sends a loud tone for a while, 20 ms a packet, and presses keys. */
async function attack(milliseconds: number, host: string, port: number): Promise<void> {
  for (let atMs = 0; atMs < milliseconds; atMs += 20) {
    const header = { marker: false, timestamp: sequence * 160, ssrc: 0xbad, csrcs: [] }
    network.deliver(
      4000,
      serializeRtp({ ...header, sequence: sequence++ & 0xffff, payloadType: 8, payload: loud }),
      host,
      port,
    )
    const key = Buffer.from([5, 0x80, 0, 160])
    network.deliver(
      4000,
      serializeRtp({ ...header, sequence: sequence++ & 0xffff, payloadType: 101, payload: key }),
      host,
      port,
    )
    network.deliver(4001, serializeRtcp([{ kind: 'bye', ssrcs: [1], reason: '' }]), host, port + 1)
    await clock.advance(20)
  }
}

const otherSources = [
  ['another host', '192.0.2.66', 5000],
  ['another port of the same host', '127.0.0.1', 5010],
  ['the RTCP port', '127.0.0.1', 5001],
] as const

async function tonesWhile(act: () => Promise<void>): Promise<number[]> {
  const file = join(folder, 'heard.wav')
  const recording = await victim.record(file)
  await act()
  await recording.stop()
  return findTones(readWav(await readFile(file)).samples).map((tone) => Math.round(tone.frequencyHz / 10) * 10)
}

const tone = { files: ['440-400'], times: 1, gapMs: 0, volume: 100 }

function keysOf(): { here: SrtpKeys; there: SrtpKeys } {
  const suite = 'AES_CM_128_HMAC_SHA1_80'
  const [localKey, remoteKey] = [randomBytes(30).toString('base64'), randomBytes(30).toString('base64')]
  return { here: { suite, localKey, remoteKey }, there: { suite, localKey: remoteKey, remoteKey: localKey } }
}

describe.each(['in the clear', 'with SRTP'])('a second source, %s,', (protection) => {
  const keys = protection === 'with SRTP' ? keysOf() : undefined
  const here: Partial<RemoteMedia> = keys === undefined ? {} : { srtp: keys.here }
  const there: Partial<RemoteMedia> = keys === undefined ? {} : { srtp: keys.there }

  it.each(otherSources)(
    'on %s never reaches a call: before its first packet, while it talks, after it fell silent',
    async (_, host, port) => {
      victim.connect(remoteOn(5000, here))
      const heard = await tonesWhile(async () => {
        await attack(2000, host, port)
        expect(victim.timesHeard()).toBe(0)
        const far = network.session(5000)
        far.connect(remoteOn(4000, there))
        far.play(tone)
        await attack(1000, host, port)
        await far.close()
        await attack(5000, host, port)
      })
      expect(heard).toEqual([440])
      expect(victim.digits).toEqual([])
      const { packetsForeign, packetsUnauthentic } = victim.statistics()
      expect(packetsForeign + packetsUnauthentic).toBeGreaterThanOrEqual(800)
      const targets = new Set(network.wire.filter(({ from }) => from === 4000 || from === 4001).map(({ to }) => to))
      expect([...targets].toSorted()).toEqual([5000, 5001])
    },
  )

  it('on the old address is not heard after a re-INVITE to a new one, before that one speaks and after', async () => {
    const old = network.session(5000)
    old.connect(remoteOn(4000, there))
    victim.connect(remoteOn(5000, here))
    await clock.advance(500)
    const next = keys === undefined ? undefined : keysOf()
    victim.connect(remoteOn(7000, next === undefined ? {} : { srtp: next.here }))
    const heard = await tonesWhile(async () => {
      old.play({ ...tone, files: ['2000-3000'] })
      await clock.advance(1000)
      const far = network.session(7000)
      far.connect(remoteOn(4000, next === undefined ? {} : { srtp: next.there }))
      far.play(tone)
      await clock.advance(1000)
    })
    expect(heard).toEqual([440])
  })

  it('is not relayed to the other side of a bridge', async () => {
    const [other, far] = [network.session(6000), network.session(7000)]
    victim.connect(remoteOn(5000, here))
    other.connect(remoteOn(7000))
    far.connect(remoteOn(6000))
    bridgeSessions(victim, other, () => undefined)
    await attack(1000, '127.0.0.1', 5010)
    expect(network.rtpFrom(6000).some(({ payload }) => payload.equals(loud))).toBe(false)
    expect(far.digits).toEqual([])
  })
})

describe('reports of a second source', () => {
  it('do not turn up in the figures of the call', async () => {
    victim.connect(remoteOn(5000))
    const blocks = [
      {
        ssrc: 0,
        fractionLost: 0,
        cumulativeLost: 0,
        highestSequence: 0,
        jitter: 0,
        lastSenderReport: 1,
        delaySinceLastSenderReport: 1,
      },
    ]
    await clock.advance(20)
    const ssrc = network.rtpFrom(4000)[0]?.ssrc ?? 0
    const report = serializeRtcp([
      { kind: 'receiverReport', ssrc: 1, blocks: blocks.map((block) => ({ ...block, ssrc })) },
    ])
    for (const port of [5000, 5002, 9]) network.deliver(4001, report, '127.0.0.1', port)
    network.deliver(4001, report, '192.0.2.66', 5001)
    expect(victim.statistics().roundTripMs).toBeUndefined()
    network.deliver(4001, report, '127.0.0.1', 5001)
    expect(victim.statistics().roundTripMs).toBeDefined()
  })
})

describe('a far end with SRTP', () => {
  it('is heard from whatever port its packets prove to be its own, and answered there', async () => {
    const { here, there } = keysOf()
    const moved = network.session(5010)
    victim.connect(remoteOn(5000, { srtp: here }))
    moved.connect(remoteOn(4000, { srtp: there }))
    moved.play(tone)
    expect(await tonesWhile(() => clock.advance(1000))).toEqual([440])
    expect(network.wire.filter(({ from }) => from === 4000).at(-1)?.to).toBe(5010)
    expect(moved.statistics()).toMatchObject({ packetsLost: 0, packetsUnauthentic: 0 })
    expect(moved.statistics().packetsReceived).toBeGreaterThan(40)
  })

  it('talks over a bridge with one in the clear, each side as it was agreed', async () => {
    const { here, there } = keysOf()
    const [far, other, callee] = [network.session(5000), network.session(6000), network.session(7000)]
    victim.connect(remoteOn(5000, { srtp: here }))
    far.connect(remoteOn(4000, { srtp: there }))
    other.connect(remoteOn(7000))
    callee.connect(remoteOn(6000))
    bridgeSessions(victim, other, () => undefined)
    const file = join(folder, 'call.wav')
    const recording = await victim.recordCall(file, other)
    far.play(tone)
    callee.play({ ...tone, files: ['1000-400'] })
    await clock.advance(1000)
    await recording.stop()
    const { samples } = readWav(await readFile(file))
    for (const [channel, hertz] of [440, 1000].entries()) {
      const tones = findTones(samples.filter((_, i) => i % 2 === channel))
      expect(tones.map(({ frequencyHz }) => Math.round(frequencyHz / 10) * 10)).toEqual([hertz])
    }
    expect(far.statistics()).toMatchObject({ packetsLost: 0, packetsUnauthentic: 0 })
    expect(callee.statistics()).toMatchObject({ packetsLost: 0, packetsForeign: 0 })
  })

  it('exchanges reports as well, and keys pressed both ways', async () => {
    const { here, there } = keysOf()
    const far = network.session(5000)
    victim.connect(remoteOn(5000, { srtp: here }))
    far.connect(remoteOn(4000, { srtp: there }))
    void far.press('42')
    void victim.press('7')
    await clock.advance(20_000)
    expect(victim.digits.map(([key]) => key)).toEqual(['4', '2'])
    expect(far.digits.map(([key]) => key)).toEqual(['7'])
    expect(victim.statistics().roundTripMs).toBe(0)
    const inTheClear = network
      .rtpFrom(4000)
      .filter(({ payload }) => payload.subarray(0, 160).equals(Buffer.alloc(160, 0xd5)))
    expect(inTheClear).toEqual([])
  })
})
