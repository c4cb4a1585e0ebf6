import { describe, expect, it } from 'vitest'
import { IllegalMove } from '../../lib/machine.ts'
import { callStates } from './call-states.ts'

const pairs = callStates.states.flatMap((state) => callStates.events.map((event) => ({ state, event })))

describe('call states', () => {
  it.each(pairs)('$state × $event either moves as the table says or is refused', ({ state, event }) => {
    const to = callStates.table[state][event]
    if (to === undefined) expect(() => callStates.next(state, event)).toThrow(IllegalMove)
    else expect(callStates.next(state, event)).toBe(to)
  })

  it('ends everywhere, and only in ended', () => {
    expect(callStates.states.filter((state) => callStates.isFinal(state))).toEqual(['ended'])
  })

  it('never leads back to queued: what may have rung is not dialled again', () => {
    const targets = callStates.states.flatMap((state) => Object.values(callStates.table[state]))
    expect(targets).not.toContain('queued')
  })
})
