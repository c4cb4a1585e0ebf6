/**
 * Keeps package-lock.json installable everywhere: no host names, and an entry for every platform that an optional
 * package names. `--write` adds the missing entries.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { entriesWithHost, type Lock, missingPlatforms, withMissingPlatforms } from './lockfile/lock-rules.ts'

const file = new URL('../package-lock.json', import.meta.url)
const lock: Lock = JSON.parse(readFileSync(file, 'utf8'))
const hosts = entriesWithHost(lock)
const missing = missingPlatforms(lock)

if (process.argv.includes('--write')) {
  if (missing.length > 0) writeFileSync(file, `${JSON.stringify(withMissingPlatforms(lock), null, 2)}\n`)
  console.log(`package-lock.json: ${missing.length} entries added`)
} else if (missing.length > 0) {
  console.error(`package-lock.json lacks ${missing.map((one) => `${one.name}@${one.version}`).join(', ')}.`)
  console.error('`npm ci` refuses such a lock. Run: npx tsx tools/check-lockfile.ts --write')
  process.exitCode = 1
}
if (hosts.length > 0) {
  console.error(`package-lock.json names the host of ${hosts.join(', ')}.`)
  console.error('Remove the "resolved" fields; .npmrc keeps npm from writing them.')
  process.exitCode = 1
}
