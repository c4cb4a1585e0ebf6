import { spawn } from 'node:child_process'
import { root } from './project.js'

/**
 * @typedef {object} RunOptions
 * @property {NodeJS.ProcessEnv} [env] instead of this process's own
 * @property {boolean} [show] let the output through instead of keeping it
 * @property {number} [limitSeconds] end the process after this long; it then counts as failed
 */

/**
 * @typedef {object} RunResult
 * @property {boolean} ok exit code 0 and no signal
 * @property {string} output what it printed, both streams in order of arrival; empty with `show`
 * @property {number} seconds how long it took
 */

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set()
const endSignals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])
let stopping = false

/**
 * Hands a signal on to what runs; the last one to end takes this process with it.
 * @param {NodeJS.Signals} signal
 */
function passOn(signal) {
  stopping = true
  process.exitCode = signal === 'SIGINT' ? 130 : 143
  for (const child of running) child.kill(signal)
}

/** @param {import('node:child_process').ChildProcess} child */
function addRunning(child) {
  // Only while something runs: what comes after in this process handles its own signals.
  if (running.size === 0) for (const signal of endSignals) process.on(signal, passOn)
  running.add(child)
}

/** @param {import('node:child_process').ChildProcess} child */
function removeRunning(child) {
  running.delete(child)
  if (running.size > 0) return
  for (const signal of endSignals) process.off(signal, passOn)
  if (stopping) process.exit()
}

/**
 * Runs a program in the repository's folder, without a shell, and waits for its end. Signals reach it. Never rejects: a
 * program that cannot be started is a failed run whose output says so.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<RunResult>}
 */
export function run(command, args, options = {}) {
  const startedAt = performance.now()
  return new Promise((resolve) => {
    if (stopping) return
    const output = options.show === true ? 'inherit' : 'pipe'
    const child = spawn(command, args, {
      cwd: root,
      // What is kept is printed later, as plain text.
      env: { ...(options.env ?? process.env), ...(output === 'pipe' ? { NO_COLOR: '1' } : {}) },
      stdio: ['ignore', output, output],
    })
    addRunning(child)
    let text = ''
    const keep = (/** @type {string} */ part) => {
      text += part
    }
    child.stdout?.setEncoding('utf8').on('data', keep)
    child.stderr?.setEncoding('utf8').on('data', keep)
    const limit = setLimit(child, options.limitSeconds, () => keep(`\nended after ${options.limitSeconds} s\n`))
    const settle = (/** @type {boolean} */ ok) => {
      clearTimeout(limit)
      removeRunning(child)
      resolve({ ok, output: text, seconds: (performance.now() - startedAt) / 1000 })
    }
    child.once('error', (error) => {
      keep(`${command}: ${error.message}\n`)
      settle(false)
    })
    child.once('close', (code) => settle(code === 0))
  })
}

/**
 * Runs a command of an installed package with this Node, whatever the shell.
 *
 * @param {string} script relative to node_modules: `typescript/bin/tsc`
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 */
export function runInstalled(script, args, options) {
  return run(process.execPath, [`node_modules/${script}`, ...args], options)
}

/**
 * Runs one of our TypeScript files, through tsx.
 *
 * @param {string} file relative to the repository
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 */
export function runTypeScript(file, args, options) {
  return run(process.execPath, ['--import', 'tsx', file, ...args], options)
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {number | undefined} seconds
 * @param {() => void} note
 */
function setLimit(child, seconds, note) {
  if (seconds === undefined) return undefined
  return setTimeout(() => {
    note()
    child.kill('SIGTERM')
    // A program that ignores the request to end is ended.
    setTimeout(() => child.kill('SIGKILL'), 10_000).unref()
  }, seconds * 1000)
}

/**
 * The last lines of a program's output, for a message.
 * @param {string} output
 * @param {number} [lines]
 */
export function lastLines(output, lines = 25) {
  return output.trimEnd().split('\n').slice(-lines).join('\n')
}
