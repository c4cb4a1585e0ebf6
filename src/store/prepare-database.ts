import type pg from 'pg'
import type { Log } from '../lib/log.ts'
import type { Database } from './database.ts'
import { migrate, readMigrations } from './migrate.ts'

/** The database cannot be used. The message says why and what to do; it holds no password. */
export class DatabaseRefused extends Error {
  override readonly name = 'DatabaseRefused'
}

const oldestVersion = 14

/** @throws {DatabaseRefused} for a URL that is none; it is not repeated, since it may hold a password */
function clientOf(database: Database): pg.Client {
  try {
    return database.client()
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof URIError)) throw error
    throw new DatabaseRefused(
      'The URL of the database cannot be read. Write YUYIN_DATABASE_URL as postgres://user:password@host:5432/name, with special characters percent-encoded.',
    )
  }
}

/** Connects, checks the server's version and brings the schema up to date. @throws {DatabaseRefused | MigrationRefused} */
export async function prepareDatabase(database: Database, log: Log): Promise<void> {
  const client = clientOf(database)
  client.on('error', (error) => log.warn({ err: error }, 'the connection that prepares the database broke'))
  try {
    await client.connect()
  } catch (error) {
    const where = client.port ? `${client.host}:${client.port}` : client.host
    throw new DatabaseRefused(
      `The database at ${where} cannot be opened (${error instanceof Error ? error.message : String(error)}). Check YUYIN_DATABASE_URL, and that the server runs and lets this machine in.`,
      { cause: error },
    )
  }
  try {
    const { rows } = await client.query<{ server_version_num: string }>('SHOW server_version_num')
    const version = Math.floor(Number(rows[0]?.server_version_num) / 10_000)
    if (!(version >= oldestVersion)) {
      throw new DatabaseRefused(`The database is PostgreSQL ${version}; ${oldestVersion} or newer is needed.`)
    }
    await migrate(client, await readMigrations(), log)
  } finally {
    await client.end()
  }
}
