import { expect, it } from 'vitest'
import { explainRoute } from '../../domain/trunk/explain-route.ts'
import { type TrunkProfile, usualTrunk } from '../../domain/trunk/trunk-profile.ts'
import { routeWords } from './trunk-words.ts'

/** The dry run of a call over one trunk. */
function route(show: string, facts: Partial<TrunkProfile>): string {
  const profile = { ...usualTrunk, name: 'carrier', host: 'carrier.example', destinations: ['13'], ...facts }
  const request = { to: '13900000000', show }
  return routeWords({ number: request.to, show, ...explainRoute(request, [{ profile, state: 'free' }]) }, true)
}

it.each([
  ['that of the call', '95588', { ownNumber: '057128880000' }, 'The callee sees 95588.'],
  ['that of the trunk', '', { ownNumber: '057128880000', shownForm: 'e164' }, 'The callee sees +8657128880000.'],
  ['none that anybody has', '', {}, 'The callee sees no number: neither'],
  ['none that may be told', '95588', { privacy: true }, 'The callee sees no number: the trunk hides it'],
] as const)('a dry run says which number is shown: %s', (_, show, facts, words) => {
  expect(route(show, facts)).toContain(words)
})
