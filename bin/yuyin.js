#!/usr/bin/env node
import { existsSync } from 'node:fs'

const program = new URL('../dist/cli/main.js', import.meta.url)
if (existsSync(program)) {
  await import(program.href)
} else {
  console.error('Yuyin is not built yet. Run `npm run build` in its folder, or `npm start`, which builds and serves.')
  process.exitCode = 1
}
