import type { Arrows, TimerEvent } from './arrows.ts'

/** States of both server transactions; a non-INVITE one begins in `trying` and is neither `confirmed` nor `accepted`. */
export type ServerState = 'trying' | 'proceeding' | 'completed' | 'confirmed' | 'accepted' | 'terminated'

/** `request`: it came again. `send…`: the user answers with 1xx, 2xx, 300-699. `ack`: with the branch of the INVITE. */
export type ServerEvent =
  | 'request'
  | 'ack'
  | 'sendProvisional'
  | 'sendSuccess'
  | 'sendFailure'
  | 'transportError'
  | TimerEvent

/** `send` the answer given, `resend` the last one, tell what went wrong. */
export type ServerAct = 'send' | 'resend' | 'tellAckMissing' | 'tellTransportError'

export type ServerArrows = Arrows<ServerState, ServerEvent, ServerAct>

/**
 * RFC 3261 figure 7 with RFC 6026 §7.1: in `accepted` a repeated INVITE is absorbed, and the user repeats its 2xx. A
 * transport error leaves the state: the next repetition may get through, and the timers end the transaction.
 */
export const inviteServer: ServerArrows = {
  trying: {},
  proceeding: {
    request: { to: 'proceeding', act: 'resend' },
    sendProvisional: { to: 'proceeding', act: 'send' },
    sendSuccess: { to: 'accepted', act: 'send', start: ['L'] },
    sendFailure: { to: 'completed', act: 'send', start: ['G', 'H'] },
    transportError: { to: 'proceeding', act: 'tellTransportError' },
  },
  completed: {
    request: { to: 'completed', act: 'resend', keep: true },
    timerG: { to: 'completed', act: 'resend', start: ['G'], keep: true },
    timerH: { to: 'terminated', act: 'tellAckMissing' },
    ack: { to: 'confirmed', start: ['I'] },
  },
  confirmed: {
    timerI: { to: 'terminated' },
  },
  accepted: {
    sendSuccess: { to: 'accepted', act: 'send', keep: true },
    timerL: { to: 'terminated' },
  },
  terminated: {},
}

/** RFC 3261 figure 8. */
export const nonInviteServer: ServerArrows = {
  trying: {
    sendProvisional: { to: 'proceeding', act: 'send' },
    sendSuccess: { to: 'completed', act: 'send', start: ['J'] },
    sendFailure: { to: 'completed', act: 'send', start: ['J'] },
  },
  proceeding: {
    request: { to: 'proceeding', act: 'resend' },
    sendProvisional: { to: 'proceeding', act: 'send' },
    sendSuccess: { to: 'completed', act: 'send', start: ['J'] },
    sendFailure: { to: 'completed', act: 'send', start: ['J'] },
    transportError: { to: 'terminated', act: 'tellTransportError' },
  },
  completed: {
    request: { to: 'completed', act: 'resend', keep: true },
    timerJ: { to: 'terminated' },
    transportError: { to: 'terminated', act: 'tellTransportError' },
  },
  confirmed: {},
  accepted: {},
  terminated: {},
}
