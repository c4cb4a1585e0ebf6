import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { inProject } from './project.js'
import { runInstalled } from './run-process.js'

/**
 * @typedef {object} Count
 * @property {number} passed
 * @property {number} failed a test file that could not be loaded, and a run that broke off, count as one each
 * @property {number} skipped
 */

/**
 * Runs one project of vitest.config.ts with its progress on the terminal.
 *
 * @param {string} project
 * @param {{ leaveOut?: readonly string[], args?: readonly string[], limitSeconds: number }} options `leaveOut`: test
 *   files relative to the repository
 * @returns {Promise<Count>}
 */
export async function runProject(project, { leaveOut = [], args = [], limitSeconds }) {
  const report = inProject(`.tmp/vitest-${project}.json`)
  mkdirSync(inProject('.tmp'), { recursive: true })
  rmSync(report, { force: true })
  const without = leaveOut.map((file) => `--exclude=${file}`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const result = await runInstalled(
    'vitest/vitest.mjs',
    ['run', '--project', project, '--passWithNoTests', ...reporters, ...without, ...args],
    { show: true, limitSeconds },
  )
  return countResults(readReport(report), result.ok)
}

/**
 * Counts the results of one run.
 *
 * @param {VitestReport | undefined} report what the JSON reporter wrote; nothing when the run broke off
 * @param {boolean} ok whether the runner ended well
 * @returns {Count}
 */
export function countResults(report, ok) {
  const files = report?.testResults ?? []
  const unloaded = files.filter((file) => file.status === 'failed' && file.assertionResults.every(passed)).length
  const count = {
    passed: report?.numPassedTests ?? 0,
    failed: (report?.numFailedTests ?? 0) + unloaded,
    skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
  }
  if (!ok && count.failed === 0) count.failed = 1
  return count
}

/**
 * @typedef {object} VitestReport
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {number} numTodoTests
 * @property {{ status: string, assertionResults: { status: string }[] }[]} testResults
 */

/** @param {{ status: string }} result */
function passed(result) {
  return result.status !== 'failed'
}

/** @param {string} file @returns {VitestReport | undefined} */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    // The runner ended before it wrote its report, or in the middle; the caller counts that as a failure.
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      return undefined
    throw error
  }
}
