/**
 * `npm run bench [-- name …]`: measures the built program. Each bench is a process of its own; one that fails does not
 * keep the others from running. One JSON line per figure goes to the standard output as it is found, a table for people
 * follows at the end. `--list` names the benches.
 */
import { fork } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { ensureBuilt } from './workshop/build-program.js'
import { ensureInstalled } from './workshop/install.js'
import { requireNode } from './workshop/node-version.js'
import { inProject, root } from './workshop/project.js'
import { runTool } from './workshop/run-tool.js'

/** `soak` alone takes half an hour. */
const limitMinutes = 45

/** Names of the files in bench/ that are benches. */
function benchNames() {
  return readdirSync(inProject('bench'))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'report.ts')
    .map((file) => file.replace('.ts', ''))
}

/**
 * @param {string} name
 * @param {string[]} args
 * @param {(figure: import('../bench/report.ts').BenchFigure) => void} [onFigure]
 * @returns {Promise<boolean>} whether it measured to the end
 */
function runBench(name, args, onFigure) {
  return new Promise((resolve) => {
    const child = fork(inProject('tools/run-bench.ts'), [name, ...args], { cwd: root, execArgv: ['--import', 'tsx'] })
    const limit = setTimeout(() => {
      console.error(`${name}: ended after ${limitMinutes} minutes`)
      child.kill('SIGKILL')
    }, limitMinutes * 60_000)
    child.on('message', (figure) => onFigure?.(/** @type {import('../bench/report.ts').BenchFigure} */ (figure)))
    child.once('close', (code) => {
      clearTimeout(limit)
      resolve(code === 0)
    })
  })
}

requireNode()
await runTool(async () => {
  await ensureInstalled()
  const asked = process.argv.slice(2)
  const known = benchNames()
  const unknown = asked.filter((name) => !name.startsWith('--') && !known.includes(name))
  if (unknown.length > 0) {
    console.error(`There is no bench ${unknown.join(', ')}. There are: ${known.join(', ')}.`)
    process.exitCode = 1
    return
  }
  if (asked.includes('--list')) {
    for (const name of known) await runBench(name, ['--summary'])
    return
  }
  await ensureBuilt()
  /** @type {import('../bench/report.ts').BenchFigure[]} */
  const figures = []
  /** @type {string[]} */
  const failed = []
  for (const name of asked.length > 0 ? asked : known) {
    if (!(await runBench(name, [], (figure) => figures.push(figure)))) failed.push(name)
  }
  // Installed by now: the table is drawn by a TypeScript module.
  const { register } = await import('tsx/esm/api')
  register()
  const { figureTable } = await import('../bench/report.ts')
  console.log(`\n${figureTable(figures)}`)
  if (failed.length === 0) return
  console.error(`\nFailed: ${failed.join(', ')}`)
  process.exitCode = 1
})
