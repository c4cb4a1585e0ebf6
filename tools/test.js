/**
 * `npm test`: everything that can be checked. Installs what is missing (dependencies; Debian packages where that is
 * allowed), runs the static checks, the unit tests, the stories and the tests against programs of others. The last line
 * is `N passed, N failed`. With CI set nothing may be left out.
 */
import { readdirSync } from 'node:fs'
import { aptInstall, mayInstall } from './workshop/apt-install.js'
import { buildStep } from './workshop/build-program.js'
import { missingPackages, suitesWithout } from './workshop/debian-packages.js'
import { ensureInstalled } from './workshop/install.js'
import { requireNode } from './workshop/node-version.js'
import { inProject } from './workshop/project.js'
import { runSteps } from './workshop/run-steps.js'
import { runTool } from './workshop/run-tool.js'
import { staticSteps } from './workshop/static-steps.js'
import { runProject } from './workshop/vitest-run.js'

/** All of it together; what runs when the time is up is ended and has failed. */
const budgetMinutes = 20
const deadlineMs = performance.now() + budgetMinutes * 60_000
const inCi = !['', '0', 'false', undefined].includes(process.env['CI'])

function secondsLeft() {
  return Math.max(1, Math.round((deadlineMs - performance.now()) / 1000))
}

/** Installs what tests need where that is allowed. @returns the packages that are still missing */
async function bringPackages() {
  const missing = missingPackages()
  if (missing.length === 0 || !mayInstall()) return missing
  await aptInstall(missing.map(({ name }) => name))
  return missingPackages()
}

function peerSuites() {
  return readdirSync(inProject('test/peers'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => `test/peers/${file.replaceAll('\\', '/')}`)
}

/**
 * @param {{ file: string, packages: string[] }[]} leftOut
 * @param {readonly string[]} packages
 */
function sayLeftOut(leftOut, packages) {
  console.log('\nLeft out, because a program is missing on this machine:')
  for (const { file, packages: needed } of leftOut) console.log(`  ${file} (${needed.join(', ')})`)
  console.log(`To run them too: sudo apt-get install --no-install-recommends ${packages.join(' ')}`)
  if (inCi) console.log('CI is set: nothing may be left out, each counts as failed.')
}

requireNode()
await runTool(async () => {
  await ensureInstalled()
  const missing = await bringPackages()
  const leftOut = suitesWithout(missing, peerSuites())

  console.log('\nStatic checks')
  const failedSteps = await runSteps([...staticSteps(), { name: 'build', start: buildStep }])

  console.log('\nUnit tests')
  const unit = await runProject('unit', { limitSeconds: secondsLeft() })
  console.log('\nStories')
  // Two at a time: most of a story is waiting for a phone to ring.
  const stories = await runProject('stories', { args: ['--maxWorkers=2'], limitSeconds: secondsLeft() })
  console.log('\nPrograms of others')
  const leaveOut = leftOut.map(({ file }) => file)
  const peers = await runProject('peers', { leaveOut, args: ['--no-file-parallelism'], limitSeconds: secondsLeft() })

  console.log('\nConformance')
  const conformance = await runProject('conformance', { limitSeconds: secondsLeft() })

  if (leftOut.length > 0) {
    sayLeftOut(
      leftOut,
      missing.map(({ name }) => name),
    )
  }
  if (failedSteps.length > 0) console.log(`\nStatic checks failed: ${failedSteps.join(', ')}`)
  const counts = [unit, stories, peers, conformance]
  const skipped = counts.reduce((sum, count) => sum + count.skipped, 0)
  if (skipped > 0) console.log(`\n${skipped} tests were skipped${inCi ? '; with CI set each counts as failed' : ''}`)
  const passed = counts.reduce((sum, count) => sum + count.passed, 0)
  const failed =
    counts.reduce((sum, count) => sum + count.failed, 0) + failedSteps.length + (inCi ? leftOut.length + skipped : 0)
  console.log(`\n${passed} passed, ${failed} failed`)
  if (failed > 0) process.exitCode = 1
})
