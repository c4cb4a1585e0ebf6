import { describe, expect, it } from 'vitest'
import type { CallOutcome } from '../domain/call/call-outcome.ts'
import { callOutcomes } from '../domain/call/call-outcome.ts'
import { outcomeFromSip } from './outcome-from-sip.ts'

const refused = (status: number, q850?: number, q850Text?: string) =>
  outcomeFromSip({
    kind: 'refused',
    status,
    reason: '',
    local: false,
    ...(q850 === undefined ? {} : { q850 }),
    ...(q850Text === undefined ? {} : { q850Text }),
  })

/** The mapping table of call-states, row by row. */
const rows: [status: number, q850: number | undefined, outcome: CallOutcome, statusCode: string][] = [
  [486, 17, 'busy', '200002'],
  [600, undefined, 'busy', '200002'],
  [480, 19, 'noAnswer', '200003'],
  [480, 18, 'noAnswer', '200003'],
  [480, undefined, 'noAnswer', '200003'],
  [408, undefined, 'noAnswer', '200003'],
  [487, undefined, 'noAnswer', '200003'],
  [480, 20, 'outOfCoverage', '200007'],
  [603, 21, 'rejected', '200005'],
  [607, undefined, 'rejected', '200005'],
  [404, 1, 'invalidNumber', '200004'],
  [484, 28, 'invalidNumber', '200004'],
  [604, undefined, 'invalidNumber', '200004'],
  [410, 22, 'invalidNumber', '200004'],
  [403, 21, 'restricted', '200012'],
  [403, 55, 'restricted', '200012'],
  [403, 57, 'restricted', '200012'],
  [503, 34, 'networkBusy', '200005'],
  [503, 42, 'networkBusy', '200005'],
  [503, 38, 'unreachable', '200005'],
  [500, 41, 'unreachable', '200005'],
  [502, 27, 'unreachable', '200005'],
  [504, undefined, 'unreachable', '200005'],
  [488, 65, 'codecRefused', '200006'],
  [606, 88, 'codecRefused', '200006'],
]

describe('outcomeFromSip', () => {
  it.each(rows)('%d with cause %s is %s', (status, q850, outcome, statusCode) => {
    expect(refused(status, q850)).toEqual({ outcome, sipStatus: status })
    expect(callOutcomes[outcome].statusCode).toBe(statusCode)
  })

  it('takes the words of the Reason header over the cause', () => {
    expect(refused(480, 20, 'powered off').outcome).toBe('poweredOff')
    expect(refused(480, 20, '用户已停机').outcome).toBe('suspended')
    expect(refused(480, 20, 'no page response').outcome).toBe('outOfCoverage')
    expect(refused(480, 19, 'Out of service area').outcome).toBe('outOfCoverage')
    expect(refused(480, 19, 'Out of service').outcome).toBe('suspended')
  })

  it('has an outcome for every status and every cause, known or not', () => {
    for (let status = 300; status < 700; status++) {
      for (const q850 of [undefined, 0, 16, 31, 127, 999])
        expect(callOutcomes).toHaveProperty(refused(status, q850).outcome)
    }
  })

  it('a next hop that never answered is the network, not the callee', () => {
    expect(outcomeFromSip({ kind: 'refused', status: 408, reason: 'Request Timeout', local: true }).outcome).toBe(
      'unreachable',
    )
  })

  it('a phone that rang until we gave up did not answer', () => {
    expect(outcomeFromSip({ kind: 'ringTimeout' })).toEqual({ outcome: 'noAnswer', sipStatus: 487 })
  })
})
