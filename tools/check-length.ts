/** Finds files that are too long to be about one subject. Tables of facts are listed here with their reason. */
import { readSources } from './imports/read-sources.ts'

const longest = 300

/** Files that may be longer: lists, not logic. */
const lists: ReadonlyMap<string, string> = new Map([])

const long = [...readSources(['src', 'fakes', 'tools', 'bench', 'test'])]
  .map(([file, text]) => ({ file, lines: text.trimEnd().split('\n').length }))
  .filter(({ file, lines }) => lines > longest && !lists.has(file))

for (const { file, lines } of long) console.error(`${file} has ${lines} lines: look for its second subject`)
if (long.length > 0) process.exitCode = 1
else console.log(`no file has more than ${longest} lines`)
