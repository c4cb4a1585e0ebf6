import { sql } from 'kysely'
import type { Database } from '../database.ts'

/**
 * Runs work on one subject alone: one at a time in this process, and an advisory lock against other nodes. In this
 * process one waits at most for the database, so that the locks never take the connections which the work needs.
 */
export function createExclusive(tables: Database['tables']) {
  let last: Promise<unknown> = Promise.resolve()
  return <Result>(subject: string, work: () => Promise<Result>): Promise<Result> => {
    const turn = last.then(() =>
      tables.transaction().execute(async (transaction) => {
        await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`yuyin admin ${subject}`}, 0))`.execute(transaction)
        return work()
      }),
    )
    last = turn.catch(() => undefined) // Whoever asked is told; the next one does not care.
    return turn
  }
}
