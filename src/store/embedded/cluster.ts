import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../../lib/log.ts'
import type { Binaries } from './binaries.ts'
import { EmbeddedRefused } from './embedded-refused.ts'
import type { ServerUser } from './server-user.ts'

/** The database files of one data folder. */
export interface Cluster {
  /** Owned by the server's user. */
  readonly folder: string
  /** For the socket and other files of a running server; owned by the server's user too. */
  readonly runFolder: string
  readonly password: string
}

/**
 * Finds the database files below the data folder, or makes them on the first start. They appear under their name only when they
 * are complete: a start that was killed leaves nothing that looks like a database.
 *
 * @throws {EmbeddedRefused}
 */
export async function openCluster(dataDir: string, binaries: Binaries, user: ServerUser, log: Log): Promise<Cluster> {
  const folder = join(dataDir, 'postgres')
  const runFolder = join(dataDir, 'run')
  await giveFolder(runFolder, user)
  const password = await openPassword(join(dataDir, 'postgres.password'))
  if (existsSync(join(folder, 'PG_VERSION'))) {
    await demandVersion(folder, binaries)
    return { folder, runFolder, password }
  }
  log.info({ dataDir, version: binaries.version }, 'first start: making the database, this takes a few seconds')
  const draft = `${folder}.new`
  const passwordFile = join(runFolder, 'first-password')
  await rm(draft, { recursive: true, force: true })
  await giveFolder(draft, user)
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (user.owner) await chown(passwordFile, user.owner.uid, user.owner.gid)
  try {
    const { file, args } = user.command(binaries.initdb, [
      ...['-D', draft, '-U', 'yuyin', '-E', 'UTF8', '--locale=C', '--no-instructions'],
      ...['--auth=scram-sha-256', `--pwfile=${passwordFile}`],
    ])
    await run(file, args)
  } finally {
    await rm(passwordFile, { force: true })
  }
  await rename(draft, folder)
  log.info({ dataDir }, 'the database is made')
  return { folder, runFolder, password }
}

async function giveFolder(path: string, user: ServerUser): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  if (user.owner) await chown(path, user.owner.uid, user.owner.gid)
}

async function openPassword(path: string): Promise<string> {
  if (!existsSync(path)) await writeFile(path, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' })
  return (await readFile(path, 'utf8')).trim()
}

/** The files of one major version of PostgreSQL cannot be used by another. */
async function demandVersion(folder: string, binaries: Binaries): Promise<void> {
  const made = (await readFile(join(folder, 'PG_VERSION'), 'utf8')).trim()
  const ours = binaries.version.split('.')[0]
  if (made === ours) return
  throw new EmbeddedRefused(
    `The database in ${folder} was made by PostgreSQL ${made}, this version of Yuyin brings PostgreSQL ${ours}. Dump it with the earlier version (pg_dump) and restore it into a new data folder.`,
  )
}

function run(file: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, LC_ALL: 'C' } })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2000)
    })
    child.on('error', (error) =>
      reject(new EmbeddedRefused(`${file} cannot be run: ${error.message}`, { cause: error })),
    )
    child.on('close', (code) => {
      if (code === 0) resolve()
      else reject(new EmbeddedRefused(`The embedded PostgreSQL could not make its database: ${said.trim()}`))
    })
  })
}
