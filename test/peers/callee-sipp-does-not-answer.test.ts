import { describe, expect, it } from 'vitest'
import { dialledCalls, requestsOf } from './callee/sip-trace.ts'
import { SippNode } from './callee/sipp-node.ts'
import { receive, respond, respondInDialog, scenario } from './sipp/scenario.ts'

const trunk = new SippNode({ ringSeconds: '2' })

/** Final answers of a phone or its network, and what the service makes of them. */
const refusals = [
  ['486 Busy Here', 'none', '200002', 'USER_BUSY', '200002'],
  ['600 Busy Everywhere', 'none', '200002', 'USER_BUSY', '200002'],
  ['404 Not Found', 'none', '200004', 'INVALID_NUMBER', '200004'],
  ['603 Decline', 'none', '200005', 'CALL_REJECTED', '200005'],
  ['403 Forbidden', 'none', '200012', 'OPERATOR_BLOCK', '200012'],
  ['503 Service Unavailable', 'none', '200005', 'UNAVAILABLE', '503'],
  ['488 Not Acceptable Here', 'none', '200006', 'OTHER', '488'],
  ['480 Temporarily Unavailable', 'none', '200003', 'NO_ANSWER', '200003'],
  ['480 Temporarily Unavailable', 'Q.850;cause=20;text="Subscriber absent"', '200007', 'NO_USER_RESPONDING', '200007'],
  ['480 Temporarily Unavailable', 'Q.850;cause=31;text="Powered off"', '200010', 'POWERED_OFF', '200010'],
  ['480 Temporarily Unavailable', 'SIP;cause=480, Q.850;cause=17', '200002', 'USER_BUSY', '200002'],
] as const

describe('sipp refuses', () => {
  it.for(refusals)('%s, Reason %s: %s %s', async ([status, reason, code, smartStatus, state]) => {
    const headers = reason === 'none' ? [] : [`Reason: ${reason}`]
    const steps = [receive('INVITE'), respond(status, { headers, untilAck: true }), receive('ACK')]
    const { detail, report, states, trace } = await trunk.callOnce(scenario(...steps))
    expect(detail).toMatchObject({ state, duration: 0, startDate: '', bRingTime: '' })
    expect(report).toMatchObject({ status_code: code, smart_status_code: smartStatus, duration: '0' })
    expect(report).not.toHaveProperty('start_time')
    expect(states).toEqual(['200101', '200100'])
    expect(requestsOf(trace, 'INVITE')).toHaveLength(1)
  })
})

it('sipp rings and nobody answers: it is cancelled, and the call ends as not answered', async () => {
  const steps = [
    receive('INVITE'),
    respond('180 Ringing'),
    receive('CANCEL'),
    respondInDialog('200 OK'),
    // The INVITE's own end: its CSeq, and the tag of its 180.
    respond('487 Request Terminated', { untilAck: true }).replace('[last_CSeq:]', 'CSeq: 1 INVITE'),
    receive('ACK'),
  ]
  const { detail, report, states, trace } = await trunk.callOnce(scenario(...steps))
  expect(detail).toMatchObject({ state: '200003', duration: 0, startDate: '' })
  expect(detail.bRingTime).not.toBe('')
  expect(report).toMatchObject({ status_code: '200003', smart_status_code: 'NO_ANSWER', duration: '0' })
  expect(states).toEqual(['200101', '200201', '200100'])
  const [invite] = requestsOf(trace, 'INVITE')
  const [cancel] = requestsOf(trace, 'CANCEL')
  // RFC 3261 §9.1: the CANCEL names the INVITE by its branch and CSeq number.
  expect(cancel?.header('Via')).toBe(invite?.header('Via'))
  expect(cancel?.header('CSeq')).toBe('1 CANCEL')
  expect(dialledCalls(trace).size).toBe(1)
})
