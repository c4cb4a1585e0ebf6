/** Holds `src` to the import table (tools/imports/import-table.ts) and finds circles of imports. */
import { findCycles } from './imports/find-cycles.ts'
import { importRows } from './imports/import-table.ts'
import { judgeImports } from './imports/judge-imports.ts'
import { readSources } from './imports/read-sources.ts'

const sources = readSources(['src', 'fakes'])
const offences = judgeImports(sources, importRows)
const cycles = findCycles(sources)

for (const { file, line, specifier, why } of offences) console.error(`${file}:${line} imports '${specifier}': ${why}`)
for (const cycle of cycles) console.error(`import each other in a circle: ${cycle.join(', ')}`)
if (offences.length + cycles.length > 0) process.exitCode = 1
else console.log(`${sources.size} files keep the import table`)
