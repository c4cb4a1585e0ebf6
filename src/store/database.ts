import { type CompiledQuery, type DatabaseConnection, Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Log } from '../lib/log.ts'
import type { Schema } from './schema.ts'

/** A statement of the hot path: written by hand, parsed and planned once per connection under its name. */
export interface Statement {
  readonly name: string
  readonly text: string
}

/** The database as the parts of the store use it. */
export interface Database {
  /** Everything that is not hot: typed by `schema.ts`. */
  readonly tables: Kysely<Schema>
  /** Runs a named statement and returns its rows. Arrays go as PostgreSQL arrays. */
  hot<Row extends pg.QueryResultRow>(statement: Statement, values: readonly unknown[]): Promise<Row[]>
  /**
   * A connection of its own, outside the pool, for LISTEN and for migrations. Not yet connected.
   * @param answerTimeoutMs when a statement is given up; never, when absent
   */
  client(answerTimeoutMs?: number): pg.Client
  /** Ends the pool once its running statements are done. */
  close(): Promise<void>
}

/** Connections one node opens at most; one more listens. */
const poolSize = 10

/** Longer statements are ended by the server: a stuck one must not hold up a node for ever. */
const statementTimeoutMs = 30_000

/** When not even the server's refusal arrives, the connection is given up. */
const answerTimeoutMs = 35_000

const int8 = 20
const int8Array = 1016
const parsers = new pg.TypeOverrides()
parsers.setTypeParser(int8, safeInteger)
parsers.setTypeParser(int8Array, safeIntegers)

/** Opens a pool on a PostgreSQL URL. Connects when first used. */
export function openDatabase(url: string, log: Log): Database {
  const config: pg.PoolConfig = {
    connectionString: url,
    types: parsers,
    application_name: 'yuyin',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    // Opened connections stay: a server that is told to end takes no new ones while the node still drains.
    idleTimeoutMillis: 0,
  }
  const pool = new pg.Pool({
    ...config,
    max: poolSize,
    statement_timeout: statementTimeoutMs,
    query_timeout: answerTimeoutMs,
  })
  let isClosing = false
  pool.on('error', (error) => {
    if (!isClosing) log.warn({ error: error.message }, 'an idle database connection broke')
  })
  // The pool listens to its connections while nobody has them. One that breaks between two statements of a transaction
  // would end the process otherwise; the next statement tells its owner.
  pool.on('connect', (client) => {
    client.on('error', (error) => log.debug({ err: withoutValues(error) }, 'a database connection broke'))
  })
  const tables = new Kysely<Schema>({ dialect: new PostgresDialect({ pool, onCreateConnection: tellNoValues }) })
  return {
    tables,
    async hot<Row extends pg.QueryResultRow>(statement: Statement, values: readonly unknown[]) {
      try {
        const result = await pool.query<Row>({ ...statement, values: [...values] })
        return result.rows
      } catch (error) {
        throw withoutValues(error)
      }
    },
    client: (answerTimeoutMs = 0) => new pg.Client({ ...config, query_timeout: answerTimeoutMs }),
    close: () => {
      isClosing = true
      return tables.destroy()
    },
  }
}

/** Errors of a connection of Kysely lose what was in the row. */
async function tellNoValues(connection: DatabaseConnection): Promise<void> {
  const execute: DatabaseConnection['executeQuery'] = connection.executeQuery.bind(connection)
  connection.executeQuery = async <Row>(query: CompiledQuery) => {
    try {
      return await execute<Row>(query)
    } catch (error) {
      throw withoutValues(error)
    }
  }
}

/**
 * The server's `detail` and `where` repeat what stood in a row or a value: numbers, spoken codes. Errors are logged, so
 * they go.
 */
export function withoutValues(error: unknown): unknown {
  if (error instanceof pg.DatabaseError) {
    error.detail = undefined
    error.where = undefined
  }
  return error
}

/**
 * The SQLSTATE of an error, when the server itself refused the statement: then nothing of it is on disk. A broken
 * connection has none: whether the commit happened is not known.
 */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined
}

/**
 * Whether the server refused one statement for what it contained (or for a conflict with another), so that running it
 * again, in smaller pieces, makes sense: PostgreSQL's error classes 21, 22, 23 and 40.
 */
export function isRefusedStatement(error: unknown): boolean {
  return ['21', '22', '23', '40'].includes(sqlState(error)?.slice(0, 2) ?? '')
}

function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value))
    throw new RangeError(`a bigint column holds ${text}, beyond what a number can carry`)
  return value
}

/** One-dimensional, without NULL: the only arrays we keep. */
function safeIntegers(text: string): number[] {
  return text === '{}' ? [] : text.slice(1, -1).split(',').map(safeInteger)
}
