import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { SrtpKeys, SrtpSuite } from '../media.ts'
import { rtpHeaderBytes, serializeRtp } from '../rtp/rtp-packet.ts'
import { CounterMode } from './counter-mode.ts'
import { PacketIndex } from './packet-index.ts'
import { Protection } from './protection.ts'
import { RtpProtection } from './rtp-protection.ts'
import { sessionKeys } from './session-keys.ts'

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ''), 'hex')
const suites: readonly SrtpSuite[] = ['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32']
/** RFC 3711 §B.3 */
const master = Buffer.concat([hex('E1F97A0D3E018BE0D64FA32C06DE4139'), hex('0EC675AD498AFEEBB6960B3AABE6')])

describe('the vectors of RFC 3711', () => {
  it('B.2: the key stream of AES in counter mode', () => {
    const mode = new CounterMode(hex('2B7E151628AED2A6ABF7158809CF4F3C'), hex('F0F1F2F3F4F5F6F7F8F9FAFBFCFD'))
    const stream = mode.keyStream(0xff02 * 16, 0, 0)
    const block = (counter: number) =>
      stream
        .subarray(counter * 16, counter * 16 + 16)
        .toString('hex')
        .toUpperCase()
    expect([0, 1, 2].map(block)).toEqual([
      'E03EAD0935C95E80E166B16DD92B4EB4',
      'D23513162B02D0F72A43A2FE4A5F97AB',
      '41E95B3BB0A2E8DD477901E4FCA894C0',
    ])
    expect([0xfeff, 0xff00, 0xff01].map(block)).toEqual([
      'EC8CDF7398607CB0F2D21675EA9EA1E4',
      '362B7C3C6773516318A077D7FC5073AE',
      '6A2CC3787889374FBEB4C81B17BA6C44',
    ])
  })

  it('B.3: the keys derived from a master key', () => {
    const { encryption, authentication, salt } = sessionKeys(master.toString('base64'), 'rtp')
    expect(encryption).toEqual(hex('C61E7A93744F39EE10734AFE3FF7A087'))
    expect(salt).toEqual(hex('30CBBC08863D8C85D49DB34A9AE1'))
    expect(authentication).toEqual(hex('CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4'))
  })

  it('a whole packet, as the reference implementation protects it', () => {
    const packet = hex(`800f1234decafbadcafebabe${'ab'.repeat(16)}`)
    const sealed = hex('800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb')
    const keys = sessionKeys(master.toString('base64'), 'rtp')
    expect(new RtpProtection(keys, 10).seal(packet)).toEqual(sealed)
    expect(new RtpProtection(keys, 10).open(sealed)).toEqual(packet)
  })
})

function ends(suite: SrtpSuite = 'AES_CM_128_HMAC_SHA1_80'): { here: Protection; there: Protection; keys: SrtpKeys } {
  const keys = { suite, localKey: randomBytes(30).toString('base64'), remoteKey: randomBytes(30).toString('base64') }
  const [here, there] = [new Protection(), new Protection()]
  here.use(keys)
  there.use({ suite, localKey: keys.remoteKey, remoteKey: keys.localKey })
  return { here, there, keys }
}

const rtp = (sequence: number, ssrc = 7, payload = Buffer.from(`packet ${sequence}`)) =>
  serializeRtp({ marker: false, payloadType: 8, sequence, timestamp: 0, ssrc, csrcs: [], payload })
const report = (ssrc: number) => hex(`80c90001${ssrc.toString(16).padStart(8, '0')}81ca0002000000070102030405060700`)

describe.each(suites)('two ends with %s', (suite) => {
  it('understand each other, whatever the packet looks like', () => {
    const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array))
    const extension = fc.option(fc.record({ profile: fc.nat(0xffff), data: fc.constant(Buffer.alloc(8, 3)) }))
    fc.assert(
      fc.property(bytes(400), fc.array(fc.nat(0xffff_ffff), { maxLength: 15 }), extension, (payload, csrcs, more) => {
        const { here, there } = ends(suite)
        const header = { marker: true, payloadType: 8, sequence: 9, timestamp: 5, ssrc: 0xfffffffe, csrcs }
        const packet = serializeRtp({ ...header, payload, ...(more === null ? {} : { extension: more }) })
        const sealed = here.sealRtp(packet)
        expect(sealed.subarray(0, rtpHeaderBytes)).toEqual(packet.subarray(0, rtpHeaderBytes))
        if (payload.length > 8) expect(sealed.includes(payload)).toBe(false)
        expect(there.openRtp(sealed)).toEqual(packet)
      }),
    )
  })

  it('have a tag of 80 or 32 bits on RTP and of 80 on RTCP', () => {
    const { here } = ends(suite)
    expect(here.sealRtp(rtp(1)).length - rtp(1).length).toBe(suite.endsWith('80') ? 10 : 4)
    expect(here.sealRtcp(report(7)).length - report(7).length).toBe(14)
  })

  it('drop and count what was changed on the way, came twice or was never protected', () => {
    const { here, there } = ends(suite)
    const sealed = here.sealRtp(rtp(1))
    for (let at = 0; at < sealed.length; at++) {
      const forged = Buffer.from(sealed)
      forged[at] = (forged[at] ?? 0) ^ 0x01
      expect(there.openRtp(forged)).toBeUndefined()
    }
    expect(there.openRtp(Buffer.from(sealed))).toEqual(rtp(1))
    expect(there.openRtp(Buffer.from(sealed))).toBeUndefined()
    expect(there.openRtp(rtp(2))).toBeUndefined()
    expect(there.openRtp(Buffer.alloc(3))).toBeUndefined()
    expect(there.packetsUnauthentic).toBe(sealed.length + 3)
  })

  it('drop and count reports that were changed, came twice or were never protected', () => {
    const { here, there } = ends(suite)
    const sealed = here.sealRtcp(report(7))
    expect(sealed.subarray(8, 24)).not.toEqual(report(7).subarray(8))
    for (let at = 0; at < sealed.length; at++) {
      const forged = Buffer.from(sealed)
      forged[at] = (forged[at] ?? 0) ^ 0x80
      expect(there.openRtcp(forged)).toBeUndefined()
    }
    expect(there.openRtcp(Buffer.from(sealed))).toEqual(report(7))
    expect(there.openRtcp(Buffer.from(sealed))).toBeUndefined()
    expect(there.openRtcp(report(7))).toBeUndefined()
    expect(there.openRtcp(here.sealRtcp(report(7)))).toEqual(report(7))
    expect(there.packetsUnauthentic).toBe(sealed.length + 2)
  })

  it('go on when the sequence numbers begin anew, with loss and disorder around it', () => {
    const { here, there } = ends(suite)
    const order = [65_500, 65_533, 65_535, 65_534, 1, 0, 65_532, 3, 20_000, 40_000, 65_535, 5, 4]
    const sent = order.map((sequence) => ({ sequence, sealed: here.sealRtp(rtp(sequence)) }))
    for (const { sequence, sealed } of sent) expect(there.openRtp(sealed)).toEqual(rtp(sequence))
  })

  it('know the packets of several sources apart', () => {
    const { here, there } = ends(suite)
    for (let ssrc = 1; ssrc < 40; ssrc++) {
      expect(there.openRtp(here.sealRtp(rtp(60_000, ssrc)))).toEqual(rtp(60_000, ssrc))
      expect(there.openRtp(here.sealRtp(rtp(5, ssrc)))).toEqual(rtp(5, ssrc))
    }
  })

  it('keep their counters when a description is repeated, and begin anew with a new key', () => {
    const { here, there, keys } = ends(suite)
    const sealed = here.sealRtp(rtp(1))
    expect(there.openRtp(Buffer.from(sealed))).toEqual(rtp(1))
    there.use({ suite, localKey: keys.remoteKey, remoteKey: keys.localKey })
    expect(there.openRtp(Buffer.from(sealed))).toBeUndefined()
    const localKey = randomBytes(30).toString('base64')
    here.use({ ...keys, localKey })
    there.use({ suite, localKey: keys.remoteKey, remoteKey: localKey })
    expect(there.openRtp(here.sealRtp(rtp(1)))).toEqual(rtp(1))
  })
})

test('a key that comes back goes on counting: no key stream serves twice', () => {
  const suite = 'AES_CM_128_HMAC_SHA1_80'
  const { here, there, keys } = ends(suite)
  const theirs = { suite, localKey: keys.remoteKey, remoteKey: keys.localKey } as const
  const zeros = Buffer.alloc(160)
  for (const sequence of [40_000, 65_535, 20_000]) there.openRtp(here.sealRtp(rtp(sequence, 7, zeros)))
  const before = here.sealRtcp(report(7))
  for (const end of [here, there]) end.use(undefined)
  here.use(keys)
  there.use(theirs)
  expect(there.openRtp(here.sealRtp(rtp(20_001)))).toEqual(rtp(20_001))
  const after = here.sealRtcp(report(7))
  expect(after.subarray(8, 24)).not.toEqual(before.subarray(8, 24))
  const other: SrtpKeys = { ...keys, suite: 'AES_CM_128_HMAC_SHA1_32', localKey: keys.remoteKey }
  here.use(other)
  here.use(keys)
  expect(here.sealRtcp(report(7)).subarray(8, 24)).not.toEqual(after.subarray(8, 24))
  expect(there.openRtcp(after)).toEqual(report(7))
  expect(there.openRtcp(before)).toEqual(report(7))
})

describe('a session without keys', () => {
  it('passes everything as it is, also after keys were given up', () => {
    const { here } = ends()
    here.use(undefined)
    expect(here.isOn).toBe(false)
    expect(here.sealRtp(rtp(1))).toEqual(rtp(1))
    expect(here.openRtp(rtp(1))).toEqual(rtp(1))
  })

  it('refuses a key that is too short, without telling it', () => {
    const short = { suite: suites[0] ?? 'AES_CM_128_HMAC_SHA1_80', localKey: 'c2VjcmV0', remoteKey: 'c2VjcmV0' }
    expect(() => new Protection().use(short)).toThrow('an SRTP key has 30 octets, this one 6')
  })
})

describe('the index of a packet', () => {
  it('follows the sequence numbers over any number of rounds, whatever is lost or late', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(fc.nat(0x7fff), steps, (first, ahead) => {
        const index = new PacketIndex()
        let true_ = first
        index.accept(index.guess(first))
        for (const step of ahead) {
          true_ += step
          expect(index.guess(true_ % 0x1_0000)).toBe(true_)
          index.accept(true_)
          const late = Math.max(first, true_ - 50)
          expect(index.guess(late % 0x1_0000)).toBe(late)
        }
      }),
    )
  })

  it('knows what came before, and does not trust what is too old', () => {
    const index = new PacketIndex()
    for (const value of [1000, 1002]) index.accept(value)
    expect([1000, 1001, 1002, 1003].map((value) => index.isReplay(value))).toEqual([true, false, true, false])
    expect([874, 875].map((value) => index.isReplay(value))).toEqual([true, false])
  })
})
