import { expect, it } from 'vitest'
import { explainRoute } from './explain-route.ts'
import type { RoutableTrunk } from './route-call.ts'
import { type TrunkProfile, usualTrunk } from './trunk-profile.ts'

const trunk = (name: string, facts: Partial<TrunkProfile> = {}): RoutableTrunk => ({
  profile: { ...usualTrunk, name, host: `${name}.example`, destinations: ['13'], ...facts },
  state: 'free',
})

it('tells who is tried first, how often, with which INVITE, and who is left out', () => {
  const told = explainRoute({ to: '13900000000', show: '95588' }, [
    trunk('late', { priority: 20 }),
    trunk('small', { weight: 1 }),
    trunk('large', { weight: 3, calledForm: 'e164', port: 5070, transport: 'tcp', assertedIdentity: 'shown' }),
    { ...trunk('away'), state: 'down' },
    trunk('abroad', { destinations: ['+852'] }),
  ])
  expect(told.verdict).toBe('dial')
  expect(told.candidates.map(({ trunk: name, percent }) => `${name} ${percent}`)).toEqual([
    'large 75',
    'small 25',
    'late 0',
  ])
  expect(told.candidates[0]?.invite).toEqual({
    requestUri: 'sip:+8613900000000@large.example:5070;transport=tcp',
    from: '<sip:95588@node-address>',
    shown: '95588',
    headers: ['P-Asserted-Identity: <sip:95588@large.example>'],
  })
  expect(told.leftOut.map(({ trunk: name, reason }) => `${name} ${reason}`)).toEqual([
    'away down',
    'abroad destination',
  ])
})

it('tells a hidden caller as the callee sees him', () => {
  const told = explainRoute({ to: '13900000000', show: '' }, [trunk('a', { privacy: true, fromDomain: 'ims.example' })])
  expect(told.candidates[0]?.invite).toMatchObject({
    from: '"Anonymous" <sip:anonymous@anonymous.invalid>',
    shown: '',
    headers: ['Privacy: id'],
  })
})

it('writes hosts and numbers as they stand in an address', () => {
  const [candidate] = explainRoute({ to: '13900000000', show: '95588' }, [
    trunk('a', {
      host: '2001:db8::1',
      calledRules: [{ from: '', to: '#31#' }],
      shownRules: [{ from: '95', to: '*95' }],
    }),
  ]).candidates
  expect(candidate?.invite).toMatchObject({
    requestUri: 'sip:%2331%2313900000000@[2001:db8::1]',
    from: '<sip:*95588@node-address>',
  })
})
