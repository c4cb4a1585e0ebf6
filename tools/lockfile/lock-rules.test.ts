import { describe, expect, it } from 'vitest'
import { entriesWithHost, type Lock, missingPlatforms, platformOf, withMissingPlatforms } from './lock-rules.ts'

const lock: Lock = {
  packages: {
    '': { version: '1.0.0' },
    'node_modules/a': {
      version: '1.0.0',
      optionalDependencies: { '@a/a-linux-x64': '1.0.0', '@a/a-darwin-arm64': '1.0.0' },
    },
    'node_modules/@a/a-linux-x64': { version: '1.0.0', optional: true },
    'node_modules/b': { version: '2.0.0', resolved: 'https://example.org/b.tgz', dev: true },
    'node_modules/b/node_modules/c': {
      version: '3.0.0',
      dev: true,
      optionalDependencies: { b: '2.0.0', 'd-win32-x64': '3.0.0' },
    },
  },
}

describe('lock rules', () => {
  it('finds entries that name a host', () => {
    expect(entriesWithHost(lock)).toEqual(['node_modules/b'])
  })

  it('finds optional packages that have no entry, looking outwards as Node does', () => {
    expect(missingPlatforms(lock).map((one) => one.name)).toEqual(['@a/a-darwin-arm64', 'd-win32-x64'])
  })

  it('adds what is missing and then misses nothing', () => {
    const mended = withMissingPlatforms(lock)
    expect(missingPlatforms(mended)).toEqual([])
    expect(mended.packages['node_modules/d-win32-x64']).toEqual({
      version: '3.0.0',
      os: ['win32'],
      cpu: ['x64'],
      dev: true,
      optional: true,
    })
  })

  it.each([
    ['@rollup/rollup-linux-arm-gnueabihf', { os: ['linux'], cpu: ['arm'], libc: ['glibc'] }],
    ['@biomejs/cli-linux-arm64-musl', { os: ['linux'], cpu: ['arm64'], libc: ['musl'] }],
    ['@rollup/rollup-win32-x64-gnu', { os: ['win32'], cpu: ['x64'] }],
    ['@biomejs/cli-darwin-arm64', { os: ['darwin'], cpu: ['arm64'] }],
  ])('reads the platform of %s from its name', (name, platform) => {
    expect(platformOf(name)).toEqual(platform)
  })

  it('refuses to guess a platform', () => {
    expect(() => platformOf('fsevents')).toThrow('does not tell')
  })
})
