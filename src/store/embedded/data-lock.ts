import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode } from '../../lib/error-code.ts'
import { EmbeddedRefused } from './embedded-refused.ts'
import { processIdentity } from './process-identity.ts'

/** Holds a data folder for this process. */
export interface DataLock {
  release(): Promise<void>
}

interface Owner {
  readonly pid: number
  readonly identity: string
}

/**
 * Takes the data folder for this process: a database folder is used by one node at a time. The lock of a process that is gone
 * (killed, crashed, the machine restarted; its id may belong to another process by now) is taken over.
 *
 * @throws {EmbeddedRefused} when a living process holds it
 */
export async function lockDataFolder(dataDir: string): Promise<DataLock> {
  const path = join(dataDir, 'node.lock')
  const mine = `${path}.${process.pid}`
  const owner: Owner = { pid: process.pid, identity: processIdentity(process.pid) ?? '' }
  await writeFile(mine, JSON.stringify(owner), { mode: 0o644 })
  try {
    for (let attempt = 0; attempt < 10; attempt++) {
      if (await placed(mine, path)) return { release: () => rm(path, { force: true }) }
      await clearStale(path, dataDir)
    }
  } finally {
    await rm(mine, { force: true })
  }
  throw new EmbeddedRefused(`Several nodes are starting on the data folder ${dataDir} at once. Start one of them.`)
}

/** Puts the lock in place unless there is one: `link` never replaces, and the file is complete from the first moment. */
async function placed(mine: string, path: string): Promise<boolean> {
  try {
    await link(mine, path)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}

/** Removes a lock whose owner is gone. @throws {EmbeddedRefused} when the owner lives */
async function clearStale(path: string, dataDir: string): Promise<void> {
  const text = await readIfPresent(path)
  if (text === undefined) return
  const owner = ownerIn(text)
  if (owner !== undefined && processIdentity(owner.pid) === owner.identity) {
    throw new EmbeddedRefused(
      `The data folder ${dataDir} is in use by the node with process id ${owner.pid}. Stop that node, or give this one a folder of its own (YUYIN_DATA). To manage a running node, use the database URL in its endpoints.json.`,
    )
  }
  // Moved away first and looked at again: another process may have taken the stale lock over since it was read.
  const aside = `${path}.stale.${process.pid}`
  try {
    await rename(path, aside)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return
    throw error
  }
  if ((await readIfPresent(aside)) !== text) await placed(aside, path)
  await rm(aside, { force: true })
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/** @returns `undefined` for a damaged file: nobody can be named as its owner */
function ownerIn(text: string): Owner | undefined {
  const match = /^\{"pid":(\d+),"identity":"([^"]*)"\}$/.exec(text)
  const [, pid, identity] = match ?? []
  return pid === undefined || identity === undefined ? undefined : { pid: Number(pid), identity }
}
