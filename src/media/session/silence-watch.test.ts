import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { RtpNetwork, remoteOn, type WiredSession } from '../../../fakes/rtp-network.ts'
import { serializeRtcp } from '../rtcp/serialize-rtcp.ts'
import { serializeRtp } from '../rtp/rtp-packet.ts'

let clock: FakeClock
let network: RtpNetwork
let one: WiredSession

beforeEach(() => {
  clock = new FakeClock()
  network = new RtpNetwork(clock)
  one = network.session(4000, undefined, undefined, 20)
})

const sendRtp = (host: string, port: number, sequence = 0) => {
  const packet = {
    marker: false,
    payloadType: 8,
    sequence,
    timestamp: 0,
    ssrc: 1,
    csrcs: [],
    payload: Buffer.alloc(160),
  }
  network.deliver(4000, serializeRtp(packet), host, port)
}
const sendRtcp = (host: string, port: number) => {
  network.deliver(4001, serializeRtcp([{ kind: 'receiverReport', ssrc: 1, blocks: [] }]), host, port)
}

describe('a far end that may send', () => {
  it('and never does is told as silent, once', async () => {
    one.connect(remoteOn(5000))
    await clock.advance(19_900)
    expect(one.silences()).toBe(0)
    await clock.advance(200)
    expect(one.silences()).toBe(1)
    await clock.advance(60_000)
    expect(one.silences()).toBe(1)
  })

  it('and stops is told as silent so long after its last packet, and again when it stops again', async () => {
    const two = network.session(5000)
    two.connect(remoteOn(4000))
    one.connect(remoteOn(5000))
    await clock.advance(60_000)
    expect(one.silences()).toBe(0)
    await two.close()
    await clock.advance(19_900)
    expect(one.silences()).toBe(0)
    await clock.advance(200)
    expect(one.silences()).toBe(1)
    sendRtp('127.0.0.1', 5000)
    await clock.advance(25_000)
    expect(one.silences()).toBe(2)
  })

  it('is alive as long as its reports come', async () => {
    one.connect(remoteOn(5000))
    for (let n = 0; n < 10; n++) {
      await clock.advance(15_000)
      sendRtcp('127.0.0.1', 5001)
    }
    expect(one.silences()).toBe(0)
    await clock.advance(25_000)
    expect(one.silences()).toBe(1)
  })

  it('is not kept alive by strangers, nor by what is no RTP and no RTCP', async () => {
    one.connect(remoteOn(5000))
    for (let n = 0; n < 10; n++) {
      await clock.advance(5000)
      sendRtp('192.0.2.66', 5000, n)
      sendRtcp('192.0.2.66', 5001)
      network.deliver(4000, Buffer.from('hello'), '127.0.0.1', 5000)
      network.deliver(4001, Buffer.from('hello'), '127.0.0.1', 5001)
    }
    expect(one.silences()).toBe(1)
  })
})

describe('a held line', () => {
  it.each(['sendonly', 'recvonly', 'inactive'] as const)(
    'that is %s is not missed, until it is taken up again',
    async (direction) => {
      one.connect(remoteOn(5000))
      await clock.advance(15_000)
      one.connect(remoteOn(5000, { direction }))
      await clock.advance(60_000)
      expect(one.silences()).toBe(0)
      one.connect(remoteOn(5000))
      await clock.advance(19_900)
      expect(one.silences()).toBe(0)
      await clock.advance(200)
      expect(one.silences()).toBe(1)
    },
  )

  it('is missed once more after it was described anew', async () => {
    one.connect(remoteOn(5000))
    await clock.advance(30_000)
    one.connect(remoteOn(5000))
    await clock.advance(30_000)
    expect(one.silences()).toBe(2)
  })
})

describe('nobody', () => {
  it('is missed before the first connect, after the close, or when no time was asked for', async () => {
    await clock.advance(60_000)
    one.connect(remoteOn(5000))
    await one.close()
    const relaxed = network.session(6000)
    relaxed.connect(remoteOn(5000))
    await clock.advance(60_000)
    expect(one.silences() + relaxed.silences()).toBe(0)
  })
})
