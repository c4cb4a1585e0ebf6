import { expect, it } from 'vitest'
import { fits, productionPackages, unfitting } from './licence-rules.ts'

it.each([
  ['MIT', true],
  ['(MIT OR GPL-3.0-only)', true],
  ['Apache-2.0 AND MIT', true],
  ['MIT AND LGPL-2.1', false],
  ['GPL-3.0', false],
  ['', false],
])('licence "%s" fits: %s', (licence, expected) => {
  expect(fits(licence)).toBe(expected)
})

it('looks at what the service loads, each package once, not at development tools', () => {
  const lock = {
    packages: {
      '': { license: 'Apache-2.0' },
      'node_modules/a': { version: '1.0.0', license: 'MIT' },
      'node_modules/b/node_modules/a': { version: '1.0.0', license: 'MIT' },
      'node_modules/@s/c': { version: '2.0.0' },
      'node_modules/d': { version: '1.0.0', license: 'GPL-2.0', dev: true },
    },
  }
  expect(productionPackages(lock).map(({ name }) => name)).toEqual(['a', '@s/c'])
  expect(unfitting(productionPackages(lock)).map(({ name }) => name)).toEqual(['@s/c'])
})

it('lets a separate program pass under the licence that was looked at, and no other', () => {
  const name = '@echogarden/espeak-ng-emscripten'
  expect(unfitting([{ name, version: '1', licence: 'GPL-3.0' }])).toEqual([])
  expect(unfitting([{ name, version: '2', licence: 'AGPL-3.0' }])).toHaveLength(1)
})
