/** Fails when a package that the service may load has a licence that does not fit Apache-2.0. */
import { readFileSync } from 'node:fs'
import { productionPackages, separatePrograms, unfitting } from './licences/licence-rules.ts'
import type { Lock } from './lockfile/lock-rules.ts'

const lock: Lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'))
const notice = readFileSync(new URL('../NOTICE', import.meta.url), 'utf8')
const packages = productionPackages(lock)
const bad = unfitting(packages)
const unnamed = separatePrograms.filter(({ name }) => !notice.includes(name))

for (const { name, version, licence } of bad)
  console.error(`${name}@${version}: licence "${licence}" does not fit Apache-2.0`)
for (const { name } of unnamed) console.error(`NOTICE does not name the separate program ${name}`)
if (bad.length + unnamed.length > 0) process.exitCode = 1
else console.log(`${packages.length} packages of the service have fitting licences`)
