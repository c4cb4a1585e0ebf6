/**
 * `npm run conformance`: every published client against every operation, each reply against its contract, and a table of
 * how they fared.
 */
import { ensureInstalled } from './workshop/install.js'
import { requireNode } from './workshop/node-version.js'
import { runTool } from './workshop/run-tool.js'
import { runProject } from './workshop/vitest-run.js'

requireNode()
await runTool(async () => {
  await ensureInstalled()
  const { passed, failed } = await runProject('conformance', { limitSeconds: 300 })
  console.log(`\n${passed} passed, ${failed} failed`)
  if (failed > 0) process.exitCode = 1
})
