import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type pg from 'pg'
import { hasCode } from '../lib/error-code.ts'
import type { Log } from '../lib/log.ts'

/** One numbered SQL file. */
export interface Migration {
  readonly name: string
  readonly text: string
}

/** The database and this program do not agree about the migrations. The message says what to do. */
export class MigrationRefused extends Error {
  override readonly name = 'MigrationRefused'
}

/** PostgreSQL's code for a lock that did not come in time. */
const lockNotAvailable = '55P03'
const inUse =
  'A table of the database is in use for long, by a dump perhaps, and cannot be changed for this version. Nothing was changed; start again when that has ended.'

/** Every migration of the product, in order. */
export async function readMigrations(): Promise<Migration[]> {
  const folder = new URL('./migrations/', import.meta.url)
  const names = (await readdir(folder)).filter((name) => /^\d{4}-[a-z0-9-]+\.sql$/.test(name)).sort()
  return Promise.all(names.map(async (name) => ({ name, text: await readFile(new URL(name, folder), 'utf8') })))
}

/** Two numbers that no other program is likely to lock: "yuyin", "migrate". */
const lockKeys = [0x7975_7969, 0x6d69_6772] as const

/** So long a migration waits for a table that somebody reads: meanwhile everything of other nodes waits behind it. */
const lockWaitMs = 5_000

/**
 * Brings the schema up to date: all missing migrations in one transaction, under an advisory lock, so that any number
 * of nodes may start at once. A migration that was applied before is never applied again; one whose text has changed
 * since is refused.
 *
 * @param client connected; not used by anyone else meanwhile
 * @param waitMs how long it waits for a table that is in use
 * @throws {MigrationRefused} also when a table stays in use for longer
 */
export async function migrate(
  client: pg.Client,
  migrations: readonly Migration[],
  log: Log,
  waitMs = lockWaitMs,
): Promise<void> {
  await client.query('BEGIN')
  try {
    await client.query('SELECT pg_advisory_xact_lock($1, $2)', [...lockKeys])
    await client.query(`SET LOCAL lock_timeout = ${Math.round(waitMs)}`)
    await client.query(`CREATE TABLE IF NOT EXISTS migrations (
      name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`)
    const { rows } = await client.query<{ name: string; checksum: string }>('SELECT name, checksum FROM migrations')
    const applied = new Map(rows.map((row) => [row.name, row.checksum]))
    for (const migration of missing(applied, migrations)) {
      log.info({ migration: migration.name }, 'applying migration')
      await client.query(migration.text)
      await client.query('INSERT INTO migrations (name, checksum) VALUES ($1, $2)', [
        migration.name,
        checksum(migration),
      ])
    }
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    if (hasCode(error, lockNotAvailable)) throw new MigrationRefused(inUse, { cause: error })
    throw error
  }
}

/** Which migrations are still to be applied. @throws {MigrationRefused} when what was applied is not what we know. */
export function missing(applied: ReadonlyMap<string, string>, migrations: readonly Migration[]): Migration[] {
  const known = new Set(migrations.map((migration) => migration.name))
  const stranger = [...applied.keys()].find((name) => !known.has(name))
  if (stranger !== undefined) {
    throw new MigrationRefused(
      `The database has migration ${stranger}, which this version does not know: it was used by a newer version. Start that version, or restore an older backup.`,
    )
  }
  for (const migration of migrations) {
    const before = applied.get(migration.name)
    if (before !== undefined && before !== checksum(migration)) {
      throw new MigrationRefused(
        `Migration ${migration.name} was applied with another text. Migrations are never edited: restore the file and put the change into a new one.`,
      )
    }
  }
  return migrations.filter((migration) => !applied.has(migration.name))
}

/** SHA-256 of a migration's text, line ends normalised (a checkout may have changed them). */
export function checksum(migration: Migration): string {
  return createHash('sha256').update(migration.text.replaceAll('\r\n', '\n')).digest('hex')
}
