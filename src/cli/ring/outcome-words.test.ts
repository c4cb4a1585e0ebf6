import { expect, it } from 'vitest'
import { callOutcomes } from '../../domain/call/call-outcome.ts'
import { outcomeWords, wasAnnounced } from './outcome-words.ts'

it.each([
  ['200000', 'heard'],
  ['200001', 'hung up early or too long'],
  ['200005', 'rejected or unreachable or network busy or cancelled or line lost'],
  ['503', 'the network answered 503'],
])('state %s reads: %s', (state, words) => {
  expect(outcomeWords(state)).toBe(words)
})

it.each([
  ['200010', { by: 'caller', how: 'gaveUp' }, true],
  ['200010', { by: 'phone', how: 'rejected' }, false],
  ['200003', { by: 'caller', how: 'gaveUp' }, false],
  ['200000', { by: 'caller', how: 'hungUp' }, false],
  ['200010', undefined, false],
])('state %s, ended by %o: announced is %s', (state, end, announced) => {
  expect(wasAnnounced(state, end)).toBe(announced)
})

it('has words for every outcome', () => {
  for (const { statusCode } of Object.values(callOutcomes))
    expect(outcomeWords(statusCode)).not.toContain('network answered')
})
