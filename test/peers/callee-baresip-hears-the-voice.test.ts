import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { patienceMs } from '../node/node-client.ts'
import { printLogOnFailure, startTestNode, type TestNode } from '../node/start-test-node.ts'
import { trunkTo } from '../node/trunk-to.ts'
import { freePort } from '../sockets/ports.ts'
import { type Baresip, startBaresip } from './callee/baresip.ts'
import { CallStories } from './callee/call-story.ts'
import { addToneVoice, type CodedTone, heardTones } from './callee/tone-voice.ts'

const number = '13912345678'

/** Neither in order of pitch nor of one length, so that nothing can be lost, doubled or swapped unnoticed. */
const tones: readonly CodedTone[] = [
  { frequencyHz: 1000, durationMs: 240 },
  { frequencyHz: 440, durationMs: 360 },
  { frequencyHz: 2500, durationMs: 180 },
  { frequencyHz: 720, durationMs: 500 },
  { frequencyHz: 1750, durationMs: 200 },
  { frequencyHz: 320, durationMs: 300 },
]
const roundMs = tones.reduce((sum, tone) => sum + tone.durationMs, 0)

describe.each([
  ['udp', 'pcma'],
  ['tcp', 'pcmu'],
] as const)('over %s, with %s', (transport, codec) => {
  let port: number
  let node: TestNode
  let stories: CallStories
  let phone: Baresip | undefined
  printLogOnFailure(() => node)

  beforeAll(async () => {
    port = await freePort()
    node = await startTestNode({
      ...trunkTo(port),
      trunkTransport: transport,
    })
    stories = await CallStories.of(node)
    await addToneVoice(node, 'tones.wav', tones)
  })
  afterEach(async () => {
    await phone?.stop()
    phone = undefined
  })
  afterAll(() => node?.close())

  it(
    'baresip answers and hears every tone of the voice file, in order, twice; then it is hung up',
    async () => {
      phone = await startBaresip({ port, number, codec })
      const callId = await node.client.playVoice(number, { VoiceCode: 'tones.wav', PlayTimes: 2, OutId: 'tones' })
      const { detail, report, states } = await stories.told(callId)

      const heard = heardTones(await phone.heard())
      const expected = [...tones, ...tones]
      expect(heard.map(({ frequencyHz }) => Math.round(frequencyHz / 10) * 10)).toEqual(
        expected.map(({ frequencyHz }) => frequencyHz),
      )
      for (const [index, tone] of expected.entries()) {
        // Packets of 20 ms, and edges that are found to about 15 ms.
        expect(Math.abs((heard[index]?.durationMs ?? 0) - tone.durationMs), `tone ${index}`).toBeLessThanOrEqual(40)
      }
      const roundStarts = [heard[0], heard[tones.length]].map((tone) => tone?.fromMs ?? 0)
      const [first = 0, second = 0] = roundStarts
      expect(second - first).toBeGreaterThan(roundMs)

      expect(detail).toMatchObject({ callee: number, state: '200000' })
      expect(detail.duration).toBeGreaterThanOrEqual(Math.ceil((2 * roundMs) / 1000))
      expect(report).toMatchObject({
        callee: number,
        status_code: '200000',
        smart_status_code: 'ANSWERED',
        duration: String(detail.duration),
        hangup_direction: '机器',
        out_id: 'tones',
      })
      expect(states).toEqual(['200101', '200201', '200102', '200100'])
      expect(phone.printed().match(/^INVITE /gm)).toHaveLength(1)
      expect(phone.printed().match(/^BYE /gm)).toHaveLength(1)
    },
    patienceMs,
  )
})
