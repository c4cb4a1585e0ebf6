import { existsSync, mkdirSync, readdirSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { inProject } from './project.js'
import { lastLines, run } from './run-process.js'

/** The sources of the addon, relative to the repository, sorted; none where the folder was left out. */
export function nativeSources() {
  const folder = inProject('native')
  return (existsSync(folder) ? readdirSync(folder) : [])
    .filter((file) => /\.[ch]$/.test(file))
    .sort()
    .map((file) => `native/${file}`)
}

/**
 * @typedef {object} NativeMeans what a machine has to compile with
 * @property {NodeJS.Platform} platform
 * @property {string | undefined} compiler its path, with arguments behind it where `CC` has some
 * @property {string | undefined} headers folder of Node's headers
 */

/**
 * Compiles the native sockets of the media process, where that is possible: on Linux, with a C compiler and Node's
 * headers. Elsewhere the program does without them.
 *
 * @param {string} folder where `native/udp-sockets.node` is put
 * @param {Partial<NativeMeans> & { warningsAreErrors?: boolean }} [options] what is not this machine's
 * @returns {Promise<string | undefined>} why there are none
 */
export async function buildNative(folder, options = {}) {
  const { platform, compiler, headers, warningsAreErrors } = { ...nativeMeans(), ...options }
  const sources = nativeSources().filter((file) => file.endsWith('.c'))
  if (sources.length === 0) return 'their sources (native/) are not here'
  if (platform !== 'linux') return `they are for Linux, this is ${platform}`
  if (compiler === undefined) return 'there is no C compiler (Debian: build-essential)'
  if (headers === undefined) return 'Node.js is here without its header node_api.h (Debian: libnode-dev, libuv1-dev)'
  mkdirSync(join(folder, 'native'), { recursive: true })
  const warnings = ['-Wall', '-Wextra', ...(warningsAreErrors === true ? ['-Werror'] : [])]
  // Nothing of it can stand in for another library's, and what is missing is missed when it is loaded.
  const linking = ['-shared', '-fPIC', '-fvisibility=hidden', '-Wl,-z,now']
  const file = join(folder, 'native/udp-sockets.node')
  const [program = '', ...first] = compiler.split(' ').filter((part) => part !== '')
  const flags = [...first, '-std=gnu11', '-O2', ...warnings, ...linking, `-I${headers}`, '-o', file]
  const { ok, output } = await run(program, [...flags, ...sources])
  return ok ? undefined : `the C compiler says: ${lastLines(output, 5)}`
}

/** @returns {NativeMeans} of this machine */
export function nativeMeans() {
  const path = (process.env['PATH'] ?? '').split(delimiter)
  return {
    platform: process.platform,
    compiler: process.env['CC'] ?? path.map((folder) => join(folder, 'cc')).find((file) => existsSync(file)),
    headers: headerFolders().find((folder) => existsSync(join(folder, 'node_api.h'))),
  }
}

/** Where Node's headers may be: beside the running Node, or where Debian puts them. libuv's are found by the compiler. */
export function headerFolders() {
  return [
    join(dirname(realpathSync(process.execPath)), '../include/node'),
    '/usr/include/node',
    '/usr/include/nodejs/src',
  ]
}
