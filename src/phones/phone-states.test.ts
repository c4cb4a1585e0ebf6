import { describe, expect, it } from 'vitest'
import { type PhoneCallMove, type PhoneCallState, phoneStates } from './phone-states.ts'

/** Each state, and where each move leads; what is not named is refused. */
const walks: Record<PhoneCallState, Partial<Record<PhoneCallMove, PhoneCallState>>> = {
  called: { ring: 'ringing', announce: 'announcing', accept: 'answering', end: 'ended' },
  ringing: { ring: 'ringing', announce: 'announcing', accept: 'answering', end: 'ended' },
  announcing: { ring: 'ringing', announce: 'announcing', accept: 'answering', end: 'ended' },
  answering: { confirm: 'answered', end: 'ended' },
  answered: { end: 'ended' },
  ended: {},
}

describe('states of a phone call', () => {
  const pairs = phoneStates.states.flatMap((state) => phoneStates.events.map((move) => [state, move] as const))
  it.each(pairs)('%s, %s', (state, move) => {
    const next = walks[state][move]
    if (next === undefined) expect(() => phoneStates.next(state, move)).toThrow('is not possible in state')
    else expect(phoneStates.next(state, move)).toBe(next)
  })
})
