import type { Arrows, TimerEvent } from './arrows.ts'

/** States of both client transactions; a non-INVITE one begins in `trying` and is never `accepted`. */
export type ClientState = 'calling' | 'trying' | 'proceeding' | 'completed' | 'accepted' | 'terminated'

/**
 * `provisional` 1xx, `success` 2xx, `failure` 300-699; `abandon`: the user gave up (RFC 3261 §9.1, a CANCEL without effect);
 * `stopRepeating`: nobody wants the request any more, but an answer to what was sent must still be dealt with.
 */
export type ClientEvent =
  | 'provisional'
  | 'success'
  | 'failure'
  | 'transportError'
  | 'abandon'
  | 'stopRepeating'
  | TimerEvent

/** `pass` the response to the user, `acknowledge` a failure, both, send the request again, tell why it is over. */
export type ClientAct = 'pass' | 'acknowledge' | 'passAndAcknowledge' | 'resend' | 'tellTimeout' | 'tellTransportError'

export type ClientArrows = Arrows<ClientState, ClientEvent, ClientAct>

/** RFC 3261 figure 5 with the accepted state of RFC 6026 §8.4: every 2xx, of any fork, reaches the user. */
export const inviteClient: ClientArrows = {
  calling: {
    timerA: { to: 'calling', act: 'resend', start: ['A'], keep: true },
    timerB: { to: 'terminated', act: 'tellTimeout' },
    provisional: { to: 'proceeding', act: 'pass' },
    success: { to: 'accepted', act: 'pass', start: ['M'] },
    failure: { to: 'completed', act: 'passAndAcknowledge', start: ['D'] },
    transportError: { to: 'terminated', act: 'tellTransportError' },
    abandon: { to: 'terminated' },
    stopRepeating: { to: 'calling', start: ['B'] },
  },
  trying: {},
  proceeding: {
    provisional: { to: 'proceeding', act: 'pass', keep: true },
    stopRepeating: { to: 'proceeding', start: ['B'] },
    timerB: { to: 'terminated', act: 'tellTimeout' },
    success: { to: 'accepted', act: 'pass', start: ['M'] },
    failure: { to: 'completed', act: 'passAndAcknowledge', start: ['D'] },
    abandon: { to: 'terminated' },
  },
  completed: {
    failure: { to: 'completed', act: 'acknowledge', keep: true },
    timerD: { to: 'terminated' },
    // The user has its answer; only the ACK could not be sent.
    transportError: { to: 'terminated' },
  },
  accepted: {
    success: { to: 'accepted', act: 'pass', keep: true },
    timerM: { to: 'terminated' },
  },
  terminated: {},
}

/** RFC 3261 figure 6. */
export const nonInviteClient: ClientArrows = {
  calling: {},
  trying: {
    timerE: { to: 'trying', act: 'resend', start: ['E'], keep: true },
    timerF: { to: 'terminated', act: 'tellTimeout' },
    provisional: { to: 'proceeding', act: 'pass', keep: true },
    success: { to: 'completed', act: 'pass', start: ['K'] },
    failure: { to: 'completed', act: 'pass', start: ['K'] },
    transportError: { to: 'terminated', act: 'tellTransportError' },
    abandon: { to: 'terminated' },
  },
  proceeding: {
    timerE: { to: 'proceeding', act: 'resend', start: ['E'], keep: true },
    timerF: { to: 'terminated', act: 'tellTimeout' },
    provisional: { to: 'proceeding', act: 'pass', keep: true },
    success: { to: 'completed', act: 'pass', start: ['K'] },
    failure: { to: 'completed', act: 'pass', start: ['K'] },
    transportError: { to: 'terminated', act: 'tellTransportError' },
    abandon: { to: 'terminated' },
  },
  completed: {
    timerK: { to: 'terminated' },
  },
  accepted: {},
  terminated: {},
}
