import { machine } from '../../lib/machine.ts'

export type CallState = 'queued' | 'dialling' | 'ringing' | 'answered' | 'ended'
export type CallEvent = 'dial' | 'expire' | 'ring' | 'answer' | 'fail' | 'hangUp'

/**
 * The life of a call. `queued` is the only state from which a restart goes on: from `dialling` the phone may have rung,
 * so after a crash the call is closed, never dialled again.
 */
export const callStates = machine<CallState, CallEvent>('call', {
  queued: { dial: 'dialling', expire: 'ended', fail: 'ended' },
  dialling: { ring: 'ringing', answer: 'answered', fail: 'ended' },
  ringing: { answer: 'answered', fail: 'ended' },
  answered: { hangUp: 'ended', fail: 'ended' },
  ended: {},
})
