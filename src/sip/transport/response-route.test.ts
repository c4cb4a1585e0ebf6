import { expect, test } from 'vitest'
import { parseVia } from '../message/via.ts'
import { responseRemote } from './response-route.ts'
import type { Remote } from './transport.ts'

const source = (transport: Remote['transport']): Remote => ({ transport, host: '192.0.2.7', port: 40_000 })

test.each([
  ['SIP/2.0/UDP 192.0.2.7:5070;rport', 'udp', 40_000],
  ['SIP/2.0/UDP 192.0.2.7:5070', 'udp', 5070],
  ['SIP/2.0/UDP 192.0.2.7', 'udp', 5060],
  ['SIP/2.0/TCP 192.0.2.7', 'tcp', 5060],
  ['SIP/2.0/TLS 192.0.2.7', 'tls', 5061],
  ['SIP/2.0/TLS 192.0.2.7:5071;rport', 'tls', 5071],
] as const)('the answer to %s goes to the port that is meant', (text, transport, port) => {
  const via = parseVia(text)
  if (via === undefined) throw new Error('no Via')
  expect(responseRemote(via, source(transport))).toEqual({ transport, host: '192.0.2.7', port })
})
