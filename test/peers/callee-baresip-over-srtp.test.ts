import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { printLogOnFailure, startTestNode, type TestNode } from '../node/start-test-node.ts'
import { addTrunk } from './callee/add-trunk.ts'
import { type Baresip, startBaresip } from './callee/baresip.ts'
import { CallStories } from './callee/call-story.ts'
import { addToneVoice, type CodedTone, heardTones } from './callee/tone-voice.ts'
import { freePort } from './sipp/run-sipp.ts'

const number = '13912345678'
const tones: readonly CodedTone[] = [
  { frequencyHz: 1000, durationMs: 240 },
  { frequencyHz: 440, durationMs: 360 },
  { frequencyHz: 2500, durationMs: 180 },
]

let node: TestNode
let stories: CallStories
let phone: Baresip | undefined
printLogOnFailure(() => node)

beforeAll(async () => {
  node = await startTestNode({ phones: 'off' })
  stories = await CallStories.of(node)
  await addToneVoice(node, 'tones.wav', tones)
})
afterEach(async () => {
  await phone?.stop()
  phone = undefined
  for (const { name } of await node.trunks.trunks.list()) await node.trunks.trunks.remove(name)
})
afterAll(() => node.close())

/** Calls a phone through a trunk. @returns the receipt, the words of both ends, and what the phone heard */
async function call(srtp: 'optional' | 'required', encryption?: 'srtp' | 'srtp-mand') {
  const port = await freePort()
  phone = await startBaresip({ port, number, codec: 'pcma', ...(encryption && { encryption }) })
  await addTrunk(node, { name: 'secure', port, srtp })
  const callId = await node.client.playVoice(number, { VoiceCode: 'tones.wav', PlayTimes: 1 })
  const { report } = await stories.told(callId)
  return { report, phone }
}

describe('a trunk that requires SRTP', () => {
  it('calls baresip, which hears every tone of the voice, protected; no key is in the log', async () => {
    const { report, phone: baresip } = await call('required', 'srtp-mand')
    expect(report).toMatchObject({ status_code: '200000' })
    const heard = heardTones(await baresip.heard()).map(({ frequencyHz }) => Math.round(frequencyHz / 10) * 10)
    expect(heard).toEqual(tones.map(({ frequencyHz }) => frequencyHz))
    expect(baresip.printed()).toMatch(/m=audio \d+ RTP\/SAVP/)
    const keys = [...baresip.printed().matchAll(/inline:([A-Za-z0-9+/]{40})/g)].map(([, key]) => key ?? '')
    expect(keys.length).toBeGreaterThanOrEqual(2)
    expect(keys.filter((key) => node.log.text().includes(key))).toEqual([])
  })

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
