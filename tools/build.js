/** `npm run build`: compiles src to dist. */
import { build } from './workshop/build-program.js'
import { ensureInstalled } from './workshop/install.js'
import { requireNode } from './workshop/node-version.js'
import { runTool } from './workshop/run-tool.js'

requireNode()
await runTool(async () => {
  await ensureInstalled()
  await build()
})
