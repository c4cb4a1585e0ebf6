import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { lastLines, run } from './run-process.js'

/** Debian's hook that is asked before a service is started by an installation. */
const startPolicy = '/usr/sbin/policy-rc.d'

/** Whether packages can be installed here: root on Debian or one of its descendants. */
export function mayInstall() {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release)
}

/**
 * Installs Debian packages without a question and without starting their services: the tests start what they need on
 * ports of their own. The package lists are renewed once.
 *
 * @param {readonly string[]} names
 * @returns {Promise<boolean>} whether all of it worked; what apt-get said is shown when not
 */
export async function aptInstall(names) {
  process.stdout.write(`Installing the Debian packages ${names.join(', ')} … `)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const ownPolicy = !existsSync(startPolicy)
  // 101: "action not allowed", in the words of invoke-rc.d.
  if (ownPolicy) writeFileSync(startPolicy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    const update = await run('apt-get', ['update'], { env, limitSeconds: 180 })
    const install = ['install', '--yes', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120', ...names]
    const result = await run('apt-get', install, { env, limitSeconds: 420 })
    console.log(result.ok ? `done in ${(update.seconds + result.seconds).toFixed(0)} s` : 'failed')
    if (!result.ok) console.error(lastLines(update.ok ? result.output : update.output + result.output))
    return result.ok
  } finally {
    if (ownPolicy) rmSync(startPolicy, { force: true })
  }
}
