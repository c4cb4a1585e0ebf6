import { expect, it } from 'vitest'
import { callOutcomes } from '../../domain/call/call-outcome.ts'
import { outcomeWords } from './outcome-words.ts'

it.each([
  ['200000', 'heard'],
  ['200001', 'hung up early'],
  ['200005', 'rejected or unreachable or network busy or cancelled'],
  ['503', 'the network answered 503'],
])('state %s reads: %s', (state, words) => {
  expect(outcomeWords(state)).toBe(words)
})

it('has words for every outcome', () => {
  for (const { statusCode } of Object.values(callOutcomes))
    expect(outcomeWords(statusCode)).not.toContain('network answered')
})
