import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { buildNative, nativeSources } from './build-native.js'

it('native sockets are left out, and why is said, where they cannot be compiled', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'yuyin-build-'))
  try {
    expect(await buildNative(folder, { platform: 'darwin' })).toBe('they are for Linux, this is darwin')
    expect(await buildNative(folder, { platform: 'linux', compiler: 'no-such-compiler', headers: folder })).toMatch(
      /^the C compiler says: no-such-compiler: /,
    )
    expect(await buildNative(folder, { platform: 'linux', headers: undefined })).toBe(
      'Node.js was installed without its headers (node_api.h)',
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})

it('their sources are the C files of one folder', () => {
  expect(nativeSources()).toEqual(['native/addon.c', 'native/udp-sockets.c', 'native/udp-sockets.h'])
})
