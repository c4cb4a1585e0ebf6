import { existsSync } from 'node:fs'
import { inProject } from './project.js'
import { runInstalled, runTypeScript } from './run-process.js'

/** Pages that are drawn from the sources, by the tool that draws them. */
const pageTools = ['tools/call-flow-page.ts', 'tools/operations-page.ts', 'tools/admin-page.ts']

/**
 * Everything that is checked without running the program.
 * @returns {import('./run-steps.js').Step[]}
 */
export function staticSteps() {
  return [
    { name: 'types', start: () => runInstalled('typescript/bin/tsc', ['--noEmit']) },
    { name: 'lint', start: () => runInstalled('@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.']) },
    { name: 'imports', start: () => runTypeScript('tools/check-imports.ts', []) },
    { name: 'length', start: () => runTypeScript('tools/check-length.ts', []) },
    ...pageTools
      .filter((tool) => existsSync(inProject(tool)))
      .map((tool) => ({
        name: tool.replace('tools/', '').replace('.ts', ''),
        start: () => runTypeScript(tool, ['--check']),
      })),
    { name: 'lockfile', start: () => runTypeScript('tools/check-lockfile.ts', []) },
    { name: 'licences', start: () => runTypeScript('tools/check-licences.ts', []) },
  ]
}
