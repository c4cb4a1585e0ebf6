import { hostname } from 'node:os'
import { expect, it } from 'vitest'
import { publicUrlOf } from './public-url.ts'

const config = {
  publicUrl: '',
  advertisedHost: '',
  httpHost: '0.0.0.0',
  httpPort: 8080,
  httpsPort: 8443,
  tls: 'off',
} as const
const doors = { http: 'http://127.0.0.1:8080', https: 'https://127.0.0.1:8443' }

it.each([
  ['the setting', { ...config, publicUrl: 'https://voice.example.com' }, 'https://voice.example.com', 'setting'],
  ['the address it listens on', { ...config, httpHost: '127.0.0.1' }, 'http://127.0.0.1:8080', 'guess'],
  ['its name, when it listens everywhere', config, `http://${hostname().toLowerCase()}:8080`, 'guess'],
  ['what carriers are told', { ...config, advertisedHost: '203.0.113.7' }, 'http://203.0.113.7:8080', 'guess'],
  ['IPv6 in brackets', { ...config, advertisedHost: '2001:db8::7' }, 'http://[2001:db8::7]:8080', 'guess'],
  [
    'HTTPS, when others can trust it',
    { ...config, tls: 'given', advertisedHost: 'v.example' } as const,
    'https://v.example:8443',
    'guess',
  ],
])('%s', (_, settings, url, origin) => {
  expect(publicUrlOf(settings, doors)).toEqual({ url, origin })
})

it.each([
  ['0.0.0.0', `http://${hostname().toLowerCase()}:8080`],
  ['::', `http://${hostname().toLowerCase()}:8080`],
  ['::1', 'http://[::1]:8080'],
  ['127.0.0.1', 'http://127.0.0.1:8080'],
])('while no node runs, what it will be on %s', (httpHost, url) => {
  expect(publicUrlOf({ ...config, httpHost })).toEqual({ url, origin: 'guess' })
})
