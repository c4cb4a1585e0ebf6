import { machine } from '../lib/machine.ts'

/**
 * A call as the phone sees it.
 * `called`: nothing shown yet · `ringing`: 180 sent · `announcing`: 183 and early media · `answering`: 200 sent, ACK not
 * seen · `answered`: confirmed · `ended`.
 */
export type PhoneCallState = 'called' | 'ringing' | 'announcing' | 'answering' | 'answered' | 'ended'

export type PhoneCallMove = 'ring' | 'announce' | 'accept' | 'confirm' | 'end'

export const phoneStates = machine<PhoneCallState, PhoneCallMove>('phone call', {
  called: { ring: 'ringing', announce: 'announcing', accept: 'answering', end: 'ended' },
  ringing: { ring: 'ringing', announce: 'announcing', accept: 'answering', end: 'ended' },
  announcing: { ring: 'ringing', announce: 'announcing', accept: 'answering', end: 'ended' },
  answering: { confirm: 'answered', end: 'ended' },
  answered: { end: 'ended' },
  ended: {},
})
