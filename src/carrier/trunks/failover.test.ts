import { describe, expect, it } from 'vitest'
import type { SipCallEnd } from '../../sip/user-agent.types.ts'
import { type AfterFailure, afterFailure, trunkVerdict } from './failover.ts'

const refused = (status: number, q850?: number): SipCallEnd => ({
  kind: 'refused',
  status,
  reason: '',
  local: false,
  ...(q850 === undefined ? {} : { q850 }),
})
const nobody: SipCallEnd = { kind: 'refused', status: 408, reason: 'Request Timeout', local: true }

const rows: [
  what: string,
  end: SipCallEnd | 'silent',
  after: AfterFailure,
  verdict: ReturnType<typeof trunkVerdict>,
][] = [
  ['no sign within the patience', 'silent', 'address', 'failed'],
  ['no answer within 64·T1', nobody, 'address', 'failed'],
  ['a refused connection', { kind: 'failed', reason: 'connection refused' }, 'address', 'failed'],
  ['503', refused(503), 'address', 'failed'],
  ['503 with "no circuit" (Q.850 34)', refused(503, 34), 'address', 'failed'],
  ['401 to the credentials', refused(401), 'trunk', 'failed'],
  ['407 to the credentials', refused(407), 'trunk', 'failed'],
  ['403', refused(403), 'trunk', 'alive'],
  ['500', refused(500), 'trunk', 'failed'],
  ['500 with "busy" (Q.850 17)', refused(500, 17), 'final', 'alive'],
  ['502', refused(502), 'trunk', 'failed'],
  ['502 with "rejected" (Q.850 21)', refused(502, 21), 'final', 'alive'],
  ['504', refused(504), 'trunk', 'failed'],
  ['504 with "no user responding" (Q.850 18)', refused(504, 18), 'final', 'alive'],
  ['403 with "rejected" (Q.850 21)', refused(403, 21), 'final', 'alive'],
  ['404', refused(404), 'final', 'alive'],
  ['408 of the far end', refused(408), 'final', 'alive'],
  ['480', refused(480), 'final', 'alive'],
  ['486', refused(486), 'final', 'alive'],
  ['487', refused(487), 'final', 'alive'],
  ['488', refused(488), 'final', 'alive'],
  ['600', refused(600), 'final', 'alive'],
  ['603', refused(603), 'final', 'alive'],
  ['302', refused(302), 'final', 'alive'],
  ['the ring timeout', { kind: 'ringTimeout' }, 'final', 'nothing'],
  ['a hang-up from here', { kind: 'cancelled', by: 'here' }, 'final', 'nothing'],
  ['a BYE', { kind: 'bye', by: 'there' }, 'final', 'nothing'],
]

describe('before any sign of ringing', () => {
  it.each(rows)('%s', (_what, end, after, verdict) => {
    expect(afterFailure({ end, progressed: false })).toBe(after)
    expect(trunkVerdict({ end, progressed: false })).toBe(verdict)
  })
})

it.each(rows)('once something rang, nothing follows: %s', (_what, end) => {
  expect(afterFailure({ end, progressed: true })).toBe('final')
  expect(trunkVerdict({ end, progressed: true })).toBe('alive')
})
