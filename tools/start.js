/**
 * `npm start`: from a fresh clone to a running service. Installs, builds and serves the dev profile; each of the first
 * two only when there is something to do. Arguments after `--` are those of `yuyin serve`.
 */
import { requireNode } from './workshop/node-version.js'

requireNode()
const { build, isBuilt } = await import('./workshop/build-program.js')
const { endWithParent } = await import('./workshop/end-with-parent.js')
const { ensureInstalled } = await import('./workshop/install.js')
const { inProject } = await import('./workshop/project.js')
const { runTool } = await import('./workshop/run-tool.js')

await runTool(async () => {
  await ensureInstalled()
  if (!isBuilt()) await build()
  endWithParent()
  // In this process, so that signals and the exit code are the service's own.
  process.argv = [process.execPath, inProject('bin/yuyin.js'), 'serve', '--profile', 'dev', ...process.argv.slice(2)]
  await import('../bin/yuyin.js')
})
