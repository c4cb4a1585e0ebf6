import { existsSync, mkdirSync, readdirSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inProject } from './project.js'
import { lastLines, run } from './run-process.js'

/** The sources of the addon, relative to the repository, sorted. */
export function nativeSources() {
  return readdirSync(inProject('native'))
    .filter((file) => /\.[ch]$/.test(file))
    .sort()
    .map((file) => `native/${file}`)
}

/**
 * @typedef {object} NativeOptions
 * @property {NodeJS.Platform} [platform]
 * @property {string} [compiler]
 * @property {string | undefined} [headers] folder of Node's headers
 * @property {boolean} [warningsAreErrors]
 */

/**
 * Compiles the native sockets of the media process, where that is possible: on Linux, with a C compiler and Node's
 * headers. Elsewhere the program does without them.
 *
 * @param {string} folder where `native/udp-sockets.node` is put
 * @param {NativeOptions} [options]
 * @returns {Promise<string | undefined>} why there are none
 */
export async function buildNative(folder, options = {}) {
  const { platform, compiler, headers, warningsAreErrors } = { ...thisMachine(), ...options }
  if (platform !== 'linux') return `they are for Linux, this is ${platform}`
  if (headers === undefined) return 'Node.js was installed without its headers (node_api.h)'
  mkdirSync(join(folder, 'native'), { recursive: true })
  const warnings = ['-Wall', '-Wextra', ...(warningsAreErrors === true ? ['-Werror'] : [])]
  const flags = ['-std=gnu11', '-O2', '-fPIC', '-shared', ...warnings, `-I${headers}`]
  const sources = nativeSources().filter((file) => file.endsWith('.c'))
  const { ok, output } = await run(compiler, [...flags, '-o', join(folder, 'native/udp-sockets.node'), ...sources])
  return ok ? undefined : `the C compiler says: ${lastLines(output, 5)}`
}

/** @returns {NativeOptions & { compiler: string }} */
function thisMachine() {
  const headers = headerFolders().find(
    (folder) => existsSync(join(folder, 'node_api.h')) && existsSync(join(folder, 'uv.h')),
  )
  return { platform: process.platform, compiler: process.env['CC'] ?? 'cc', headers }
}

/** Where Node's headers may be: beside the running Node, or where Debian puts them. */
export function headerFolders() {
  return [
    join(dirname(realpathSync(process.execPath)), '../include/node'),
    '/usr/include/node',
    '/usr/include/nodejs/src',
  ]
}
