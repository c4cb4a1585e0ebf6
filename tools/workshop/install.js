import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inProject } from './project.js'
import { lastLines, run } from './run-process.js'

/** @typedef {{ packages: Record<string, { version?: string, optional?: boolean, devOptional?: boolean, peer?: boolean }> }} Lock */

/**
 * Whether what is installed is what the lock asks for. Compares versions, not times: a checkout gives every file a new
 * time. Optional packages may be absent, they exist per platform.
 *
 * @param {Lock} lock package-lock.json
 * @param {Lock} installed node_modules/.package-lock.json, which npm writes after an install
 */
export function installIsCurrent(lock, installed) {
  return Object.entries(lock.packages).every(([place, wanted]) => {
    if (place === '') return true
    const present = installed.packages[place]
    if (present === undefined) return wanted.optional === true || wanted.devOptional === true
    return present.version === wanted.version
  })
}

/** Whether `npm ci` has nothing to do. */
export function isInstalled() {
  const installed = inProject('node_modules/.package-lock.json')
  return existsSync(installed) && installIsCurrent(readJson(inProject('package-lock.json')), readJson(installed))
}

/**
 * Installs the dependencies when they are missing or are not those of the lock. Development dependencies are part of
 * it, because the program is built here. Install scripts are not needed by any of them.
 *
 * @returns {Promise<void>}
 * @throws {InstallFailed}
 */
export async function ensureInstalled() {
  if (isInstalled()) return
  process.stdout.write('Installing the dependencies (only now and after updates) … ')
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  const script = npmScript()
  const result = script === undefined ? await run('npm', args) : await run(process.execPath, [script, ...args])
  if (result.ok) {
    console.log(`done in ${result.seconds.toFixed(0)} s`)
    return
  }
  console.log('failed')
  throw new InstallFailed(
    `${lastLines(result.output)}\n\nThe dependencies could not be installed. Is the package registry reachable, and is ` +
      'there room on the disk?\nRun `npm ci` to see everything that npm says, then the same command again.',
  )
}

/** npm's own JavaScript file, where it is known: the npm that runs us, or on Windows, where npm is a batch file, Node's. */
function npmScript() {
  const running = process.env['npm_execpath']
  if (running !== undefined && /npm-cli\.[cm]?js$/.test(running)) return running
  if (process.platform !== 'win32') return undefined
  return join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js')
}

/** The dependencies could not be installed; the message says what npm said and what to do. */
export class InstallFailed extends Error {
  /** @override */
  name = 'InstallFailed'
}

/** @param {string} file @returns {Lock} */
function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'))
}
