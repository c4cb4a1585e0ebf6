import { machine } from '../../lib/machine.ts'

export type CallState =
  | 'queued'
  | 'dialling'
  | 'ringing'
  | 'answered'
  | 'calleeDialling'
  | 'calleeRinging'
  | 'connected'
  | 'ended'
export type CallEvent =
  | 'dial'
  | 'expire'
  | 'ring'
  | 'answer'
  | 'dialCallee'
  | 'calleeRing'
  | 'calleeAnswer'
  | 'fail'
  | 'hangUp'
  | 'cancel'

/**
 * The life of a call. `queued` is the only state from which a restart goes on: from `dialling` the phone may have rung,
 * so after a crash the call is closed, never dialled again. A double call is answered by its caller first, then its callee
 * is dialled; `connected` is both of them talking. `cancel` is whoever asked for the call calling it off.
 */
export const callStates = machine<CallState, CallEvent>('call', {
  queued: { dial: 'dialling', expire: 'ended', fail: 'ended', cancel: 'ended' },
  dialling: { ring: 'ringing', answer: 'answered', fail: 'ended', cancel: 'ended' },
  ringing: { answer: 'answered', fail: 'ended', cancel: 'ended' },
  answered: { dialCallee: 'calleeDialling', hangUp: 'ended', fail: 'ended', cancel: 'ended' },
  calleeDialling: {
    calleeRing: 'calleeRinging',
    calleeAnswer: 'connected',
    hangUp: 'ended',
    fail: 'ended',
    cancel: 'ended',
  },
  calleeRinging: { calleeAnswer: 'connected', hangUp: 'ended', fail: 'ended', cancel: 'ended' },
  connected: { hangUp: 'ended', fail: 'ended', cancel: 'ended' },
  ended: {},
})
