import { describe, expect, it } from 'vitest'
import type { Call } from '../domain/call/call.ts'
import { type CallOutcome, callOutcomes } from '../domain/call/call-outcome.ts'
import type { CallEnded } from '../events/event-map.ts'
import { recordOf } from './record-of.ts'

const start = Date.UTC(2024, 0, 2, 3, 4, 5)

const call: Call = {
  callId: '116012354148^102813140000',
  accountId: '1000000001',
  operation: 'SingleCallByTts',
  product: 'verification',
  calledNumber: '13900000000',
  showNumber: '057128880000',
  outId: 'order-7',
  script: { steps: [] },
  acceptedAt: start,
}

const heard: CallEnded = {
  call,
  outcome: 'heard',
  sipStatus: 200,
  diallingAt: start + 10,
  ringingAt: start + 500,
  answeredAt: start + 2_000,
  endedAt: start + 9_001,
  hangUpBy: 'here',
}

describe('recordOf', () => {
  it('keeps the keys that were pressed', () => {
    expect(recordOf({ ...heard, keys: '12#' }).keys).toBe('12#')
  })

  it('keeps who, when and how of an answered call', () => {
    expect(recordOf(heard)).toEqual({
      callId: call.callId,
      accountId: '1000000001',
      product: 'verification',
      calledNumber: '13900000000',
      showNumber: '057128880000',
      outId: 'order-7',
      outcome: 'heard',
      statusCode: '200000',
      state: '200000',
      acceptedAt: start,
      diallingAt: start + 10,
      ringingAt: start + 500,
      answeredAt: start + 2_000,
      endedAt: start + 9_001,
      durationSeconds: 8,
      hangUpBy: 'here',
    })
  })

  it('keeps both legs of a double call, whose talk is counted from the answer of its callee', () => {
    const script = { steps: [{ do: 'bridge', to: '13800000000', show: '057128880002', record: false }] } as const
    const times = { calleeDiallingAt: start + 2_000, calleeRingingAt: start + 3_000, calleeEndedAt: start + 9_000 }
    const ended: CallEnded = { ...heard, ...times, call: { ...call, script }, outcome: 'connected', hangUpBy: 'caller' }
    const trunks = { trunk: 'one', calleeTrunk: 'other' }
    expect(recordOf({ ...ended, ...trunks, calleeAnsweredAt: start + 5_000 })).toMatchObject({
      trunk: 'one',
      calledNumber: '13900000000',
      showNumber: '057128880000',
      statusCode: '200100',
      durationSeconds: 5,
      hangUpBy: 'caller',
      callee: {
        number: '13800000000',
        showNumber: '057128880002',
        diallingAt: start + 2_000,
        ringingAt: start + 3_000,
        answeredAt: start + 5_000,
        endedAt: start + 9_000,
        trunk: 'other',
      },
    })
    const unanswered = recordOf({ ...ended, outcome: 'calleeBusy' })
    expect(unanswered).toMatchObject({ statusCode: '200112', durationSeconds: 0 })
    expect(unanswered.callee).not.toHaveProperty('answeredAt')
  })

  it.each([
    ['200010', { kind: 'announcement', outcome: 'poweredOff', what: 'off', confidence: 1 }],
    ['200002', { kind: 'tone', outcome: 'busy', what: 'busy', confidence: 1 }],
    ['200130', { kind: 'unrecognised' }],
  ] as const)('keeps what the network was heard to play, as %s', (code, earlyMedia) => {
    expect(recordOf({ ...heard, outcome: 'noAnswer', earlyMedia })).toMatchObject({
      statusCode: '200003',
      earlyMediaCode: code,
    })
  })

  it('leaves out the times of what never happened', () => {
    const record = recordOf({ call, outcome: 'overConcurrency', endedAt: start + 60_000, hangUpBy: 'here' })
    expect(record).not.toHaveProperty('diallingAt')
    expect(record).not.toHaveProperty('ringingAt')
    expect(record).not.toHaveProperty('answeredAt')
    expect(record).toMatchObject({ statusCode: '200121', state: '200121', durationSeconds: 0 })
  })

  it('counts no time below zero when the wall clock was set back', () => {
    expect(recordOf({ ...heard, endedAt: start }).durationSeconds).toBe(0)
  })

  it.each([
    ['busy', 486, '200002'],
    ['noAnswer', 487, '200003'],
    ['unreachable', 502, '502'],
    ['networkBusy', 503, '503'],
    ['systemError', undefined, '999999'],
  ] as const)('shows the state of %s with SIP %s as %s', (outcome, sipStatus, state) => {
    const ended = { call, outcome, endedAt: start, hangUpBy: 'here' } as const
    expect(recordOf(sipStatus === undefined ? ended : { ...ended, sipStatus }).state).toBe(state)
  })

  it('takes the status code of every outcome from the table', () => {
    for (const outcome of Object.keys(callOutcomes) as CallOutcome[]) {
      expect(recordOf({ ...heard, outcome }).statusCode).toBe(callOutcomes[outcome].statusCode)
    }
  })
})
