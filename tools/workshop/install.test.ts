import { expect, it } from 'vitest'
import { installIsCurrent } from './install.js'
import { isNewEnough } from './node-version.js'

const lock = {
  packages: {
    '': { version: '0.1.0' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/a-win32-x64': { version: '1.0.0', optional: true },
  },
}

it('an install without the packages of other platforms is current', () => {
  expect(installIsCurrent(lock, { packages: { 'node_modules/a': { version: '1.0.0' } } })).toBe(true)
})

it('a missing package makes an install stale', () => {
  expect(installIsCurrent(lock, { packages: {} })).toBe(false)
})

it('another version makes an install stale, of an optional package too', () => {
  expect(installIsCurrent(lock, { packages: { 'node_modules/a': { version: '1.0.1' } } })).toBe(false)
  const optional = { 'node_modules/a': { version: '1.0.0' }, 'node_modules/a-win32-x64': { version: '0.9.0' } }
  expect(installIsCurrent(lock, { packages: optional })).toBe(false)
})

it.each([
  ['20.19.0', true],
  ['20.18.3', false],
  ['22.1.0', true],
  ['18.20.8', false],
])('Node %s is new enough: %s', (version, enough) => {
  expect(isNewEnough(version, '20.19')).toBe(enough)
})
