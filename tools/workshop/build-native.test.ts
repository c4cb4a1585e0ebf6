import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { buildNative, nativeSources } from './build-native.js'

it('native sockets are left out, and why is said, where they cannot be compiled', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'yuyin-build-'))
  try {
    expect(await buildNative(folder, { platform: 'darwin' })).toBe('they are for Linux, this is darwin')
    const linux = { platform: 'linux', compiler: 'no-such-compiler -O2', headers: folder } as const
    expect(await buildNative(folder, linux)).toMatch(/^the C compiler says: no-such-compiler: /)
    expect(await buildNative(folder, { ...linux, compiler: undefined })).toMatch(/^there is no C compiler/)
    expect(await buildNative(folder, { ...linux, headers: undefined })).toMatch(/without its header node_api.h/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

it('their sources are the C files of one folder', () => {
  expect(nativeSources()).toEqual(['native/addon.c', 'native/udp-sockets.c', 'native/udp-sockets.h'])
})
