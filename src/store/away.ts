import { sqlState } from './database.ts'

/** Errors of a connection, of Node.js. */
const brokenConnection = /^(?:ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/

/**
 * SQLSTATE of a server that takes no work: class 08 (connection), 53300 (too many connections), 57P01 to 57P03
 * (shutting down, crashed, starting up).
 */
const refusingServer = /^(?:08...|53300|57P0[1-3])$/

/** What the driver says, without a code, when a connection has ended, or none can be made in time. */
const driverWords =
  /^(?:Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Query read timeout)/

/**
 * Whether an error says that the database is away, rather than that a statement was wrong. Whether a statement that was
 * under way is on disk is then not known.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isDatabaseAway)
  if (!(error instanceof Error)) return false
  if (refusingServer.test(sqlState(error) ?? '')) return true
  if ('code' in error && typeof error.code === 'string' && brokenConnection.test(error.code)) return true
  return driverWords.test(error.message) || isDatabaseAway(error.cause)
}
