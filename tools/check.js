/**
 * `npm run check`: what every change must pass, in under a minute: types, lint, the import table, file lengths, generated
 * pages, lock file, licences and the unit tests.
 */
import { ensureInstalled } from './workshop/install.js'
import { requireNode } from './workshop/node-version.js'
import { runInstalled } from './workshop/run-process.js'
import { runSteps } from './workshop/run-steps.js'
import { runTool } from './workshop/run-tool.js'
import { staticSteps } from './workshop/static-steps.js'

requireNode()
await runTool(async () => {
  await ensureInstalled()
  const unitTests = {
    name: 'unit tests',
    start: () => runInstalled('vitest/vitest.mjs', ['run', '--project', 'unit', '--silent'], { limitSeconds: 300 }),
  }
  const failed = await runSteps([...staticSteps(), unitTests])
  if (failed.length === 0) return
  console.error(`\nFailed: ${failed.join(', ')}`)
  process.exitCode = 1
})
