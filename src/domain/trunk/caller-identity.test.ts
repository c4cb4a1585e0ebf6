import { expect, it } from 'vitest'
import { callerIdentity } from './caller-identity.ts'
import { usualTrunk } from './trunk-profile.ts'

const carrier = { ...usualTrunk, host: 'sip.carrier.example', ownNumber: '057128880000' }

it('shows the number of the call, else the own one', () => {
  expect(callerIdentity(carrier, '95588')).toEqual({
    from: { user: '95588', host: '' },
    shown: '95588',
    headers: [],
  })
  expect(callerIdentity(carrier, '').from.user).toBe('057128880000')
  expect(callerIdentity({ ...carrier, ownNumber: '' }, '')).toMatchObject({ from: { user: 'anonymous' }, shown: '' })
})

it('writes it in the form of the carrier, from the domain of the carrier', () => {
  const told = callerIdentity({ ...carrier, shownForm: 'e164', fromDomain: 'ims.example' }, '')
  expect(told.from).toEqual({ user: '+8657128880000', host: 'ims.example' })
})

it.each([
  ['off', undefined],
  ['shown', '<sip:95588@sip.carrier.example>'],
  ['own', '<sip:057128880000@sip.carrier.example>'],
] as const)('asserts an identity: %s', (assertedIdentity, value) => {
  const told = callerIdentity({ ...carrier, assertedIdentity }, '95588')
  expect(told.headers).toEqual(value === undefined ? [] : [['p-asserted-identity', value]])
})

it('is nobody to the callee with privacy, and somebody to the network', () => {
  const told = callerIdentity({ ...carrier, privacy: true, assertedIdentity: 'own' }, '95588')
  expect(told.from).toEqual({ user: 'anonymous', host: 'anonymous.invalid', displayName: 'Anonymous' })
  expect(told.shown).toBe('')
  expect(told.headers).toEqual([
    ['p-asserted-identity', '<sip:057128880000@sip.carrier.example>'],
    ['privacy', 'id'],
  ])
})

it('writes an IPv6 next hop as a URI wants it', () => {
  const told = callerIdentity({ ...carrier, host: '2001:db8::1', assertedIdentity: 'own' }, '')
  expect(told.headers).toEqual([['p-asserted-identity', '<sip:057128880000@[2001:db8::1]>']])
})
