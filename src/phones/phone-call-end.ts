import type { SipCallEnd } from '../sip/user-agent.types.ts'
import type { PhoneCallEnd } from './phone-call-record.ts'

/** How the call ended, in the words of somebody who looks at the phone. */
export function phoneCallEnd(end: SipCallEnd): PhoneCallEnd {
  switch (end.kind) {
    case 'bye':
      return { ...side(end.by), how: 'hungUp', ...(end.q850 !== undefined && { q850: end.q850 }) }
    case 'cancelled':
      return end.by === 'there' ? { by: 'caller', how: 'gaveUp' } : { by: 'phone', how: 'rejected' }
    case 'refused':
      return {
        by: 'phone',
        how: 'rejected',
        status: end.status,
        ...(end.q850 !== undefined && { q850: end.q850 }),
        reason: end.q850Text ?? end.reason,
      }
    case 'ringTimeout':
      return { by: 'network', how: 'broken', reason: 'ring timeout' }
    case 'failed':
      return { by: 'network', how: 'broken', reason: end.reason }
  }
}

function side(by: 'here' | 'there'): { by: 'phone' | 'caller' } {
  return { by: by === 'here' ? 'phone' : 'caller' }
}
