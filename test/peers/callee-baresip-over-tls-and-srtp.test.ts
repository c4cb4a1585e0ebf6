import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { makeCertificate } from '../../src/wire/tls/self-signed.ts'
import { printLogOnFailure, startTestNode, type TestNode } from '../node/start-test-node.ts'
import { freePort } from '../sockets/ports.ts'
import { addTrunk } from './callee/add-trunk.ts'
import { type Baresip, startBaresip } from './callee/baresip.ts'
import { CallStories } from './callee/call-story.ts'
import { addToneVoice, type CodedTone, heardTones } from './callee/tone-voice.ts'

const number = '13912345678'
const tones: readonly CodedTone[] = [
  { frequencyHz: 1000, durationMs: 240 },
  { frequencyHz: 440, durationMs: 360 },
  { frequencyHz: 2500, durationMs: 180 },
]

const ours = makeCertificate(['127.0.0.1'], Date.now())
const theirs = makeCertificate(['127.0.0.1'], Date.now())

let folder: string
let node: TestNode
let stories: CallStories
let phone: Baresip | undefined
printLogOnFailure(() => node)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'srtp-trunk-'))
  const file = (name: string) => join(folder, name)
  const [tlsCert, tlsKey, sipTlsAuthorities] = [file('cert.pem'), file('key.pem'), file('authorities.pem')] as const
  await writeFile(tlsCert, ours.cert)
  await writeFile(tlsKey, ours.key, { mode: 0o600 })
  await writeFile(sipTlsAuthorities, theirs.cert)
  const tls = { sipTls: 'given', sipTlsPort: '0', tlsCert, tlsKey, sipTlsAuthorities }
  node = await startTestNode({ phones: 'off', ...tls })
  stories = await CallStories.of(node)
  await addToneVoice(node, 'tones.wav', tones)
})
afterEach(async () => {
  await phone?.stop()
  phone = undefined
  for (const { name } of await node.trunks.trunks.list()) await node.trunks.trunks.remove(name)
})
afterAll(async () => {
  await node?.close()
  await rm(folder, { recursive: true, force: true })
})

/** Calls a phone through a trunk. @returns the receipt, the words of both ends, and what the phone heard */
async function call(
  srtp: 'optional' | 'required',
  encryption?: 'srtp' | 'srtp-mand',
  transport: 'udp' | 'tls' = 'udp',
) {
  const port = await freePort()
  const tls = transport === 'tls' && { tls: { ...theirs, authorities: ours.cert } }
  phone = await startBaresip({ port, number, codec: 'pcma', ...(encryption && { encryption }), ...tls })
  // baresip takes the next port for TLS.
  await addTrunk(node, { name: `trunk-${port}`, port: transport === 'tls' ? port + 1 : port, transport, srtp })
  const callId = await node.client.playVoice(number, { VoiceCode: 'tones.wav', PlayTimes: 1 })
  const { report } = await stories.told(callId)
  return { report, phone }
}

describe('a trunk that requires SRTP', () => {
  it.each(['tls', 'udp'] as const)(
    'calls baresip over %s, which hears every tone, protected; no key is in the log',
    async (transport) => {
      const { report, phone: baresip } = await call('required', 'srtp-mand', transport)
      expect(report).toMatchObject({ status_code: '200000' })
      const heard = heardTones(await baresip.heard()).map(({ frequencyHz }) => Math.round(frequencyHz / 10) * 10)
      expect(heard).toEqual(tones.map(({ frequencyHz }) => frequencyHz))
      expect(baresip.printed()).toMatch(/m=audio \d+ RTP\/SAVP/)
      const keys = [...baresip.printed().matchAll(/inline:([A-Za-z0-9+/]{40})/g)].map(([, key]) => key ?? '')
      expect(keys.length).toBeGreaterThanOrEqual(2)
      expect(keys.filter((key) => node.log.text().includes(key))).toEqual([])
    },
  )

  it('has no call with a phone that does not know it', async () => {
    const { report, phone: baresip } = await call('required')
    expect(report['status_code']).not.toBe('200000')
    expect(baresip.printed()).not.toContain('200 OK')
  })
})

describe('a trunk that has SRTP as an option', () => {
  it.each([
    ['protected', 'srtp'],
    ['in the clear', undefined],
  ] as const)('is heard %s by a phone whose setting is %s', async (_, encryption) => {
    const { report, phone: baresip } = await call('optional', encryption)
    expect(report).toMatchObject({ status_code: '200000' })
    expect(heardTones(await baresip.heard())).toHaveLength(tones.length)
    // Two suites are offered; the answer takes one of them.
    const cryptoLines = baresip.printed().match(/^a=crypto:\d+ AES_CM_128_HMAC_SHA1_\d+ inline:/gm)
    expect(cryptoLines).toHaveLength(encryption === undefined ? 2 : 3)
  })
})
