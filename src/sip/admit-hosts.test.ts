import { expect, test } from 'vitest'
import { admitHosts } from './admit-hosts.ts'

const from = (host: string) => ({ transport: 'udp' as const, host, port: 5060 })

test('addresses are served however they are written; others, and loopback, only when asked for', () => {
  const { admit, serve } = admitHosts({ servesLoopback: false })
  const sources = ['192.0.2.1', '2001:db8::1', '192.0.2.2', '127.0.0.1', '::1']
  const served = () => sources.filter((host) => admit(from(host)) === 'serve')
  expect(served()).toEqual([])
  serve(['192.0.2.1', '2001:DB8:0:0::1'])
  expect(served()).toEqual(['192.0.2.1', '2001:db8::1'])
  serve(['192.0.2.2'])
  expect(served()).toEqual(['192.0.2.2'])
  const dev = admitHosts({ servesLoopback: true })
  expect(['127.0.0.1', '127.9.9.9', '::1', '192.0.2.1'].map((host) => dev.admit(from(host)))).toEqual([
    'serve',
    'serve',
    'serve',
    'drop',
  ])
})

test('what is no address cannot be served, and changes nothing', () => {
  const { admit, serve } = admitHosts({ servesLoopback: false })
  serve(['192.0.2.1'])
  expect(() => serve(['192.0.2.2', 'sbc.example.com'])).toThrow()
  expect(admit(from('192.0.2.1'))).toBe('serve')
})

test('a flood of strangers changes nothing for those who are served', () => {
  const { admit, serve } = admitHosts({ servesLoopback: false })
  serve(['192.0.2.1'])
  for (let one = 0; one < 20_001; one++) {
    expect(admit(from(`10.${one >> 16}.${(one >> 8) & 255}.${one & 255}`))).toBe('drop')
  }
  expect(admit(from('192.0.2.1'))).toBe('serve')
})
