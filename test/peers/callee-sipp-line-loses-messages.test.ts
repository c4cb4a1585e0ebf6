import { describe, expect, it } from 'vitest'
import type { CallStory } from './callee/call-story.ts'
import { dialledCalls, requestsOf } from './callee/sip-trace.ts'
import { SippNode, shortVoice } from './callee/sipp-node.ts'
import { receive, respond, respondInDialog, scenario } from './sipp/scenario.ts'

const calls = 50

/**
 * A callee that takes every message again: sipp's own handling of repetitions gives a call up when its answer was lost. It
 * repeats its 200 about as long as RFC 3261 §13.3.1.4 asks (`-max_retrans`).
 */
const patientCallee = scenario(
  receive('INVITE'),
  '<label id="1"/>',
  respond('180 Ringing'),
  respond('200 OK', { withSdp: true, untilAck: true }),
  '<recv request="INVITE" optional="true" next="1"/>',
  receive('ACK'),
  '<label id="2"/>',
  '<recv request="ACK" optional="true" next="2"/>',
  receive('BYE'),
  '<label id="3"/>',
  respondInDialog('200 OK'),
  '<recv request="BYE" timeout="2000" ontimeout="4" next="3"/>',
  '<label id="4"/>',
)

describe('sipp loses 30 % of the messages it receives, and of those it sends', () => {
  // The same number of tries as with the usual T1, in less time.
  const trunk = new SippNode({ sipT1Ms: '200' })

  it(`${calls} calls at once: each has one record and one receipt, and no phone is dialled twice`, async () => {
    const lossy = ['-lost', '30', '-max_retrans', '11']
    // More calls than are placed: what it gave up and hears of again is a new one to it.
    const callee = await trunk.callee({ scenario: patientCallee, calls: 10 * calls, more: lossy })
    const numbers = Array.from({ length: calls }, (_, index) => `139${String(index).padStart(8, '0')}`)
    const callIds = await Promise.all(
      numbers.map((number) => trunk.node.client.playVoice(number, { VoiceCode: shortVoice.code, PlayTimes: 1 })),
    )
    const stories: CallStory[] = []
    for (const callId of callIds) stories.push(await trunk.stories.told(callId))

    // Seven INVITEs in a row get lost once in 4,600 calls, and everything else has more tries.
    const codes = stories.map(({ report }) => report['status_code'])
    expect(codes.filter((code) => code === '200000').length, codes.join(' ')).toBeGreaterThanOrEqual(calls - 2)
    for (const { detail, report, states } of stories) {
      expect(report['duration']).toBe(String(detail.duration))
      expect([states[0], states.at(-1)]).toEqual(['200101', '200100'])
      // Only what answered was heard; what never got through is told as such.
      expect(states.includes('200102') ? '200000' : '200005').toBe(report['status_code'])
    }
    expect(stories.map(({ report }) => report['callee'])).toEqual(numbers)
    expect(await trunk.stories.reports.drain()).toHaveLength(calls)

    const seen = await callee.seen()
    const dialled = dialledCalls(seen)
    expect([...dialled.values()].map((branches) => branches.size)).toEqual(numbers.map(() => 1))
    const rung = new Set(requestsOf(seen, 'INVITE').map(({ startLine }) => /sip:(\d+)@/.exec(startLine)?.[1] ?? ''))
    expect([...rung].sort()).toEqual(numbers)
    // The line was as bad as it was meant to be: messages had to be repeated.
    expect(requestsOf(seen, 'INVITE').length).toBeGreaterThan(calls)
  })
})
