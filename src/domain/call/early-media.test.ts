import { describe, expect, it } from 'vitest'
import { type CallOutcome, callOutcomes } from './call-outcome.ts'
import { calleeOutcome, callerOutcome } from './double-call-outcome.ts'
import { type EarlyMediaFinding, earlyMediaCode, outcomeWithEarlyMedia } from './early-media.ts'

const announced: EarlyMediaFinding = { kind: 'announcement', outcome: 'suspended', what: 'suspended', confidence: 1 }
const busyTone: EarlyMediaFinding = { kind: 'tone', outcome: 'busy', what: 'busy tone', confidence: 1 }

describe('what was heard before an answer that never came', () => {
  it.each<[CallOutcome, EarlyMediaFinding | undefined, CallOutcome]>([
    ['outOfCoverage', undefined, 'outOfCoverage'],
    ['outOfCoverage', announced, 'suspended'],
    ['systemError', announced, 'suspended'],
    ['noAnswer', busyTone, 'busy'],
    ['unreachable', busyTone, 'busy'],
    ['networkBusy', busyTone, 'busy'],
    ['rejected', busyTone, 'rejected'],
    ['noAnswer', { kind: 'unrecognised' }, 'noAnswer'],
  ])('%s with %o is %s', (said, finding, outcome) => {
    expect(outcomeWithEarlyMedia(said, finding)).toBe(outcome)
  })

  it('has the code of what it means, or the code of what was not understood', () => {
    expect([announced, busyTone, { kind: 'unrecognised' } as const].map(earlyMediaCode)).toEqual([
      '200011',
      '200002',
      '200130',
    ])
  })
})

describe('the outcomes of two legs', () => {
  const outcomes = Object.keys(callOutcomes) as CallOutcome[]

  it('keep what the smart status says of the single one', () => {
    for (const outcome of outcomes) {
      for (const ofLeg of [callerOutcome, calleeOutcome]) {
        expect(callOutcomes[ofLeg(outcome)].smartStatus).toBe(callOutcomes[outcome].smartStatus)
      }
    }
  })

  it('have the codes of the double-call family', () => {
    const codesOf = (ofLeg: (outcome: CallOutcome) => CallOutcome) =>
      Object.fromEntries(
        outcomes
          .filter((outcome) => ofLeg(outcome) !== outcome)
          .map((outcome) => [outcome, callOutcomes[ofLeg(outcome)].statusCode]),
      )
    expect(codesOf(callerOutcome)).toEqual({ restricted: '200104' })
    expect(codesOf(calleeOutcome)).toEqual({
      restricted: '200105',
      rejected: '200111',
      busy: '200112',
      noAnswer: '200113',
      invalidNumber: '200116',
      outOfCoverage: '200120',
    })
  })
})
