import { expect, test } from 'vitest'
import { followableRoutes } from './service-route.ts'

const edge = '<sip:edge.carrier.example;lr>'
const home = '"Home" <sip:orig@home.carrier.example:5070;transport=tcp;lr=on>;x=1'

test.each([
  ['none', []],
  ['several, in their order', [edge, home]],
  ['with TLS', ['<sips:edge.carrier.example;lr>']],
])('routes are followed: %s', (_, values) => {
  expect(followableRoutes(values)).toEqual(values)
})

test.each([
  ['a strict router', ['<sip:edge.carrier.example>']],
  ['a strict router behind a loose one', [edge, '<sip:home.carrier.example>']],
  ['lr outside of the URI', ['<sip:edge.carrier.example>;lr']],
  ['another scheme', ['<tel:057128880000;lr>']],
  ['no address', ['edge;lr']],
  ['too many', Array.from({ length: 9 }, () => edge)],
])('routes are not followed: %s', (_, values) => {
  expect(followableRoutes(values)).toBeUndefined()
})
