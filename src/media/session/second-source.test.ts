import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { remoteOn, type WiredSession } from '../../../fakes/rtp-network.ts'
import { prompt, SessionBench } from '../../../fakes/session-bench.ts'
import { g711 } from '../codec/g711.ts'
import type { RemoteMedia, SrtpKeys } from '../media.ts'
import { serializeRtcp } from '../rtcp/serialize-rtcp.ts'
import { serializeRtp } from '../rtp/rtp-packet.ts'
import { findTones } from '../tone/find-tones.ts'
import { makeTone } from '../tone/make-tone.ts'
import { bridgeSessions } from './bridge.ts'

let bench: SessionBench
let victim: WiredSession

beforeEach(() => {
  bench = new SessionBench()
  victim = bench.network.session(4000)
})
afterEach(() => bench.close())

const loud = Buffer.from(g711('PCMA').encode(makeTone([2000], 20)))
let sequence = 0

/** A second source sends a loud tone for a while, 20 ms a packet, and presses keys. */
async function attack(milliseconds: number, host: string, port: number): Promise<void> {
  for (let atMs = 0; atMs < milliseconds; atMs += 20) {
    const header = { marker: false, timestamp: sequence * 160, ssrc: 0xbad, csrcs: [] }
    bench.network.deliver(
      4000,
      serializeRtp({ ...header, sequence: sequence++ & 0xffff, payloadType: 8, payload: loud }),
      host,
      port,
    )
    const key = Buffer.from([5, 0x80, 0, 160])
    bench.network.deliver(
      4000,
      serializeRtp({ ...header, sequence: sequence++ & 0xffff, payloadType: 101, payload: key }),
      host,
      port,
    )
    bench.network.deliver(4001, serializeRtcp([{ kind: 'bye', ssrcs: [1], reason: '' }]), host, port + 1)
    await bench.clock.advance(20)
  }
}

const otherSources = [
  ['another host', '192.0.2.66', 5000],
  ['another port of the same host', '127.0.0.1', 5010],
  ['the RTCP port', '127.0.0.1', 5001],
] as const

async function tonesWhile(act: () => Promise<void>): Promise<number[]> {
  const recording = await victim.record(bench.file('heard.wav'))
  await act()
  await recording.stop()
  return findTones((await bench.wav('heard.wav')).samples).map((tone) => Math.round(tone.frequencyHz / 10) * 10)
}

const tone = prompt('440-400')

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
        const far = bench.network.session(5000)
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
      const targets = new Set(
        bench.network.wire.filter(({ from }) => from === 4000 || from === 4001).map(({ to }) => to),
      )
      expect([...targets].toSorted()).toEqual([5000, 5001])
    },
  )

  it('on the old address is not heard after a re-INVITE to a new one, before that one speaks and after', async () => {
    const old = bench.network.session(5000)
    old.connect(remoteOn(4000, there))
    victim.connect(remoteOn(5000, here))
    await bench.clock.advance(500)
    const next = keys === undefined ? undefined : keysOf()
    victim.connect(remoteOn(7000, next === undefined ? {} : { srtp: next.here }))
    const heard = await tonesWhile(async () => {
      old.play({ ...tone, files: ['2000-3000'] })
      await bench.clock.advance(1000)
      const far = bench.network.session(7000)
      far.connect(remoteOn(4000, next === undefined ? {} : { srtp: next.there }))
      far.play(tone)
      await bench.clock.advance(1000)
    })
    expect(heard).toEqual([440])
  })

  it('is not relayed to the other side of a bridge', async () => {
    const [other, far] = [bench.network.session(6000), bench.network.session(7000)]
    victim.connect(remoteOn(5000, here))
    other.connect(remoteOn(7000))
    far.connect(remoteOn(6000))
    bridgeSessions(victim, other, () => undefined)
    await attack(1000, '127.0.0.1', 5010)
    expect(bench.network.rtpFrom(6000).some(({ payload }) => payload.equals(loud))).toBe(false)
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
    await bench.clock.advance(20)
    const ssrc = bench.network.rtpFrom(4000)[0]?.ssrc ?? 0
    const report = serializeRtcp([
      { kind: 'receiverReport', ssrc: 1, blocks: blocks.map((block) => ({ ...block, ssrc })) },
    ])
    for (const port of [5000, 5002, 9]) bench.network.deliver(4001, report, '127.0.0.1', port)
    bench.network.deliver(4001, report, '192.0.2.66', 5001)
    expect(victim.statistics().roundTripMs).toBeUndefined()
    bench.network.deliver(4001, report, '127.0.0.1', 5001)
    expect(victim.statistics().roundTripMs).toBeDefined()
  })
})

describe('a far end with SRTP', () => {
  it('is heard from whatever port its packets prove to be its own, and answered there', async () => {
    const { here, there } = keysOf()
    const moved = bench.network.session(5010)
    victim.connect(remoteOn(5000, { srtp: here }))
    moved.connect(remoteOn(4000, { srtp: there }))
    moved.play(tone)
    expect(await tonesWhile(() => bench.clock.advance(1000))).toEqual([440])
    expect(bench.network.wire.filter(({ from }) => from === 4000).at(-1)?.to).toBe(5010)
    expect(moved.statistics()).toMatchObject({ packetsLost: 0, packetsUnauthentic: 0 })
    expect(moved.statistics().packetsReceived).toBeGreaterThan(40)
  })

  it('talks over a bridge with one in the clear, each side as it was agreed', async () => {
    const { here, there } = keysOf()
    const [far, other, callee] = [bench.network.session(5000), bench.network.session(6000), bench.network.session(7000)]
    victim.connect(remoteOn(5000, { srtp: here }))
    far.connect(remoteOn(4000, { srtp: there }))
    other.connect(remoteOn(7000))
    callee.connect(remoteOn(6000))
    bridgeSessions(victim, other, () => undefined)
    const recording = await victim.recordCall(bench.file('call.wav'), other)
    far.play(tone)
    callee.play(prompt('1000-400'))
    await bench.clock.advance(1000)
    await recording.stop()
    const { samples } = await bench.wav('call.wav')
    for (const [channel, hertz] of [440, 1000].entries()) {
      const tones = findTones(samples.filter((_, i) => i % 2 === channel))
      expect(tones.map(({ frequencyHz }) => Math.round(frequencyHz / 10) * 10)).toEqual([hertz])
    }
    expect(far.statistics()).toMatchObject({ packetsLost: 0, packetsUnauthentic: 0 })
    expect(callee.statistics()).toMatchObject({ packetsLost: 0, packetsForeign: 0 })
  })

  it('exchanges reports as well, and keys pressed both ways', async () => {
    const { here, there } = keysOf()
    const far = bench.network.session(5000)
    victim.connect(remoteOn(5000, { srtp: here }))
    far.connect(remoteOn(4000, { srtp: there }))
    const pressed = [far.press('42'), victim.press('7')]
    await bench.clock.advance(20_000)
    await Promise.all(pressed)
    expect(victim.digits.map(([key]) => key)).toEqual(['4', '2'])
    expect(far.digits.map(([key]) => key)).toEqual(['7'])
    expect(victim.statistics().roundTripMs).toBe(0)
    const inTheClear = bench.network
      .rtpFrom(4000)
      .filter(({ payload }) => payload.subarray(0, 160).equals(Buffer.alloc(160, 0xd5)))
    expect(inTheClear).toEqual([])
  })
})
