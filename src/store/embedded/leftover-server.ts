import { existsSync, readlinkSync, realpathSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { hasCode } from '../../lib/error-code.ts'
import type { Log } from '../../lib/log.ts'
import { EmbeddedRefused } from './embedded-refused.ts'
import { processIdentity } from './process-identity.ts'

const patienceMs = 30_000
const lookEveryMs = 50

/**
 * Ends the server that an earlier node left behind (it was killed, so it could not). Only called by the owner of the data
 * folder: nobody else may need that server. Waits until it is gone: two servers on one folder would destroy it, and
 * PostgreSQL refuses to be the second one.
 *
 * Real time: it waits for another program.
 *
 * @throws {EmbeddedRefused} when it does not go
 */
export async function endLeftoverServer(cluster: string, log: Log): Promise<void> {
  const pidFile = join(cluster, 'postmaster.pid')
  if (!existsSync(pidFile)) return
  const pid = Number((await readFile(pidFile, 'utf8')).split('\n')[0])
  if (!Number.isInteger(pid) || pid <= 0 || !isServerOf(cluster, pid)) {
    // The process id belongs to nobody, or to some other program by now: PostgreSQL could be misled by it.
    await rm(pidFile, { force: true })
    return
  }
  log.warn({ pid }, 'an earlier node left its database server running, ending it')
  const identity = processIdentity(pid)
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    signalIfAlive(pid, signal)
    for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += lookEveryMs) {
      if (processIdentity(pid) !== identity) return
      await delay(lookEveryMs)
    }
  }
  throw new EmbeddedRefused(
    `The database server of an earlier node (process ${pid}) does not end. End it and start again.`,
  )
}

/** A postmaster works in its data folder. Where that cannot be seen, a living process is taken for it. */
function isServerOf(cluster: string, pid: number): boolean {
  if (processIdentity(pid) === undefined) return false
  if (process.platform !== 'linux') return true
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster)
  } catch (error) {
    // It ended meanwhile, or it is another user's: the server would be our own user's.
    if (hasCode(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) return false
    throw error
  }
}

function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error
  }
}
