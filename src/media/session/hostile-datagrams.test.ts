import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { RtpNetwork, remoteOn } from '../../../fakes/rtp-network.ts'
import type { SrtpKeys } from '../media.ts'
import { serializeRtp } from '../rtp/rtp-packet.ts'
import { bridgeSessions } from './bridge.ts'

const keys: SrtpKeys = {
  suite: 'AES_CM_128_HMAC_SHA1_32',
  localKey: randomBytes(30).toString('base64'),
  remoteKey: randomBytes(30).toString('base64'),
}

/** Datagrams from nonsense to almost right: any bytes, and packets with any header, extension, padding and length. */
const bytes = fc.uint8Array({ maxLength: 1500 }).map((array) => Buffer.from(array))
const almostRtp = fc
  .record({
    marker: fc.boolean(),
    payloadType: fc.constantFrom(0, 8, 13, 101, 127),
    sequence: fc.nat(0xffff),
    timestamp: fc.nat(0xffff_ffff),
    ssrc: fc.nat(3),
    csrcs: fc.array(fc.nat(9), { maxLength: 15 }),
    payload: fc.uint8Array({ maxLength: 6000 }).map((array) => Buffer.from(array)),
  })
  .map((packet) => serializeRtp(packet))
const almostRtcp = fc.tuple(fc.constantFrom(200, 201, 202, 203, 204), fc.nat(31), bytes).map(([type, count, body]) => {
  const head = Buffer.from([0x80 | count, type, 0, 0])
  head.writeUInt16BE(Math.floor(body.length / 4), 2)
  return Buffer.concat([head, body])
})

it.each([
  ['in the clear', undefined],
  ['with SRTP', keys],
])('no datagram of the far end or of anybody breaks a session %s, bridged, recorded or not', async (_, srtp) => {
  const datagram = fc.record({ port: fc.constantFrom(4000, 4001), content: fc.oneof(bytes, almostRtp, almostRtcp) })
  const clock = new FakeClock()
  const network = new RtpNetwork(clock)
  const [one, two] = [network.session(4000), network.session(6000)]
  one.connect(remoteOn(5000, srtp === undefined ? {} : { srtp }))
  two.connect(remoteOn(7000, { codec: 'PCMU', payloadType: 0 }))
  bridgeSessions(one, two, () => undefined)
  let pieces = 0
  one.listen(() => {
    pieces++
  })
  await fc.assert(
    fc.asyncProperty(fc.array(datagram, { minLength: 1, maxLength: 30 }), async (datagrams) => {
      for (const { port, content } of datagrams) {
        network.deliver(port, content, '127.0.0.1', port + 1000)
        network.deliver(port, Buffer.from(content), '192.0.2.66', port)
      }
      await clock.advance(20)
    }),
  )
  const { packetsForeign, packetsUnauthentic } = one.statistics()
  expect(packetsForeign).toBeGreaterThan(0)
  expect(packetsUnauthentic > 0).toBe(srtp !== undefined)
  expect(pieces).toBeGreaterThan(10)
  await Promise.all([one.close(), two.close()])
})
