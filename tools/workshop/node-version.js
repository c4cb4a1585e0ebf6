import { readFileSync } from 'node:fs'
import { inProject } from './project.js'

/**
 * Whether a Node version is new enough.
 * @param {string} version such as `20.19.4`
 * @param {string} oldest such as `20.19`
 */
export function isNewEnough(version, oldest) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [oldestMajor = 0, oldestMinor = 0] = oldest.split('.').map(Number)
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)
}

/** Ends the process with a plain message when this Node is older than package.json asks for. */
export function requireNode() {
  const asked = JSON.parse(readFileSync(inProject('package.json'), 'utf8')).engines.node.replace('>=', '')
  if (isNewEnough(process.versions.node, asked)) return
  console.error(`Yuyin needs Node.js ${asked} or newer; this is ${process.versions.node}.`)
  console.error('Install a newer Node.js and run the same command again.')
  process.exit(1)
}
