import { describe, expect, it } from 'vitest'
import { inNetworks, isLoopback, isNetwork } from './networks.ts'

describe('a network', () => {
  it.each(['10.0.0.0/8', '127.0.0.1/32', '::/0', '2001:db8::/32'])('is %s', (text) => {
    expect(isNetwork(text)).toBe(true)
  })

  it.each(['', '10.0.0.0', '10.0.0.0/33', '10.0/8', '::1/129', 'localhost/8', '10.0.0.0/8 ', '/8'])(
    'is not %j',
    (text) => {
      expect(isNetwork(text)).toBe(false)
      expect(() => inNetworks([text])).toThrow(TypeError)
    },
  )

  it('has its addresses, however they are spelt, and no names', () => {
    const has = inNetworks(['10.0.0.0/8', 'fe80::/10'])
    expect(['10.1.2.3', '::ffff:10.1.2.3', '::ffff:a01:203', 'fe80::1%eth0', 'FE80:0::1'].map(has)).not.toContain(false)
    expect(['11.1.2.3', '::10.1.2.3', 'fec0::1', 'ten.example', ''].map(has)).not.toContain(true)
  })
})

it.each([
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['0:0:0:0:0:0:0:1', true],
  ['::ffff:127.0.0.1', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['::', false],
  ['127.example.com', false],
  ['128.0.0.1', false],
])('%s is this machine alone: %s', (host, isIt) => {
  expect(isLoopback(host)).toBe(isIt)
})
