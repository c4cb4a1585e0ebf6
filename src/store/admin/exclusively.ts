import { sql } from 'kysely'
import { Turns } from '../../lib/turns.ts'
import type { Database } from '../database.ts'

/**
 * Runs work on one subject alone: one at a time in this process, and an advisory lock against other nodes. In this
 * process one waits at most for the database, so that the locks never take the connections which the work needs.
 */
export function createExclusive(tables: Database['tables']) {
  const turns = new Turns(1, Number.POSITIVE_INFINITY)
  return <Result>(subject: string, work: () => Promise<Result>): Promise<Result> =>
    turns.take(() =>
      tables.transaction().execute(async (transaction) => {
        await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`yuyin admin ${subject}`}, 0))`.execute(transaction)
        return work()
      }),
    )
}
