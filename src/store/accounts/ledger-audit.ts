import { sql } from 'kysely'
import type { Database } from '../database.ts'

/** Whether the books of an account are right; amounts in ten-thousandths of the currency unit, at one moment. */
export interface LedgerAudit {
  /** All of the following agree. */
  readonly isRight: boolean
  readonly balanceE4: number
  /** What all entries of the ledger come to: the balance. */
  readonly ledgerE4: number
  /** What the charges in the ledger come to, as a positive amount. */
  readonly chargedE4: number
  /** What the records say that their calls cost: the charges. */
  readonly recordsE4: number
  /** Calls whose charge and record do not agree: there are none. */
  readonly mismatchedCalls: number
  readonly heldE4: number
  /** What the calls without a record hold: the held part of the balance. */
  readonly holdsE4: number
  /** Holds of calls that have a record, or do not exist: there are none. */
  readonly strayHolds: number
}

type AuditRow = { [Name in Exclude<keyof LedgerAudit, 'isRight'>]: string }

/** Reads everything in one statement, thus at one moment, while calls come and go. Takes as long as the account is old. */
export async function auditLedger(tables: Database['tables'], accountId: string): Promise<LedgerAudit> {
  const { rows } = await sql<AuditRow>`
    WITH charge AS (SELECT call_id, -amount_e4 AS cost_e4 FROM ledger WHERE account_id = ${accountId} AND kind = 'charge'),
      record AS (SELECT call_id, cost_e4 FROM call_records WHERE account_id = ${accountId} AND cost_e4 <> 0),
      hold AS (SELECT * FROM call_holds WHERE account_id = ${accountId})
    SELECT
      (SELECT coalesce(sum(balance_e4), 0) FROM balances WHERE account_id = ${accountId}) AS "balanceE4",
      (SELECT coalesce(sum(held_e4), 0) FROM balances WHERE account_id = ${accountId}) AS "heldE4",
      (SELECT coalesce(sum(amount_e4), 0) FROM ledger WHERE account_id = ${accountId}) AS "ledgerE4",
      (SELECT coalesce(sum(cost_e4), 0) FROM charge) AS "chargedE4",
      (SELECT coalesce(sum(cost_e4), 0) FROM record) AS "recordsE4",
      (SELECT count(*) FROM charge FULL JOIN record USING (call_id)
        WHERE charge.cost_e4 IS DISTINCT FROM record.cost_e4) AS "mismatchedCalls",
      (SELECT coalesce(sum(held_e4), 0) FROM hold) AS "holdsE4",
      (SELECT count(*) FROM hold LEFT JOIN calls USING (call_id)
        WHERE calls.state IS NULL OR calls.state = 'ended') AS "strayHolds"`.execute(tables)
  const [row] = rows
  if (row === undefined) throw new Error('the audit of a ledger answered nothing')
  const found = {
    balanceE4: Number(row.balanceE4),
    ledgerE4: Number(row.ledgerE4),
    chargedE4: Number(row.chargedE4),
    recordsE4: Number(row.recordsE4),
    mismatchedCalls: Number(row.mismatchedCalls),
    heldE4: Number(row.heldE4),
    holdsE4: Number(row.holdsE4),
    strayHolds: Number(row.strayHolds),
  }
  const isRight =
    found.balanceE4 === found.ledgerE4 &&
    found.chargedE4 === found.recordsE4 &&
    found.heldE4 === found.holdsE4 &&
    found.mismatchedCalls === 0 &&
    found.strayHolds === 0
  return { isRight, ...found }
}
