/**
 * `npm run dev`: serves the dev profile from the TypeScript sources and starts again at every change. Arguments after
 * `--` are those of `yuyin serve`.
 */
import { ensureInstalled } from './workshop/install.js'
import { requireNode } from './workshop/node-version.js'
import { runTool } from './workshop/run-tool.js'

requireNode()
await runTool(async () => {
  await ensureInstalled()
  // tsx's own command, in this process: its watch mode owns the terminal, the signals and the exit code.
  const watch = ['watch', '--clear-screen=false', '--include=src/**/*.sql', '--exclude=data/**', 'src/cli/main.ts']
  process.argv = [process.execPath, 'tsx', ...watch, 'serve', '--profile', 'dev', ...process.argv.slice(2)]
  await import(import.meta.resolve('tsx/cli'))
})
