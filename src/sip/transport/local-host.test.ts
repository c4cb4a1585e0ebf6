import { expect, test } from 'vitest'
import { localHost } from './local-host.ts'

test.each([
  ['192.0.2.1', '198.51.100.7', '203.0.113.1', '203.0.113.1'],
  ['0.0.0.0', '198.51.100.7', 'sbc.example', 'sbc.example'],
  ['192.0.2.1', '198.51.100.7', undefined, '192.0.2.1'],
  ['192.0.2.1', '127.0.0.1', '203.0.113.1', '192.0.2.1'],
  ['0.0.0.0', '127.0.0.1', '203.0.113.1', '127.0.0.1'],
  ['::', '::1', undefined, '::1'],
  // An address of the other family is none that this far end can reach.
  ['2001:db8::1', '2001:db8::9', '203.0.113.1', '2001:db8::1'],
  ['192.0.2.1', '198.51.100.7', '2001:db8::7', '192.0.2.1'],
])('bound to %s, to %s, advertised %s: %s', (bound, remote, advertised, told) => {
  expect(localHost(bound, remote, advertised)).toBe(told)
})
