import { expect, it } from 'vitest'
import { canonicalHost } from './canonical-host.ts'

it.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::ffff:127.0.0.1', '127.0.0.1'],
  ['2001:DB8:0:0::1', '2001:db8::1'],
  ['FE80::0:1%eth0', 'fe80::1'],
  ['phone.example', 'phone.example'],
])('%s is written %s', (host, canonical) => {
  expect(canonicalHost(host)).toBe(canonical)
})
