import { type Selectable, sql } from 'kysely'
import type { Database } from '../database.ts'
import type { LedgerTable } from '../schema.ts'
import type { AdminContext } from './admin-context.ts'
import { AdminRefused, demand, orRefuse } from './admin-refused.ts'
import { auditLedger, type LedgerAudit } from './ledger-audit.ts'

/** Prepaid money of an account, ten-thousandths of the currency unit. */
export interface Balance {
  /** The sum of the ledger. Below 0 when calls lasted longer than what was held back for them. */
  readonly balanceE4: number
  /** How much of it is held back for calls that have no record yet. */
  readonly heldE4: number
}

/** One change of a balance. */
export interface LedgerEntry {
  readonly id: number
  readonly kind: LedgerTable['kind']
  /** Below 0 for what goes off the balance. */
  readonly amountE4: number
  /** The call that was charged. */
  readonly callId?: string
  /** What the operator called the booking. */
  readonly reference?: string
  /** Wall milliseconds. */
  readonly createdAt: number
}

/** An amount that an operator books. */
export interface Booking {
  /** Above 0. */
  readonly amountE4: number
  /** A word of the operator's: a second booking under it is refused, so that a repeated command books once. */
  readonly reference?: string
}

/** Balances and their ledgers. @throws {AdminRefused} from every method that changes something */
export interface Ledger {
  topUp(accountId: string, booking: Booking): Promise<Balance>
  /** @throws {AdminRefused} unaffordable, when less than that is free */
  withdraw(accountId: string, booking: Booking): Promise<Balance>
  balance(accountId: string): Promise<Balance>
  /** The newest first. @param beforeId entries older than this one */
  list(accountId: string, page: { limit: number; beforeId?: number }): Promise<LedgerEntry[]>
  /** The booking of an operator under that reference. */
  find(accountId: string, reference: string): Promise<LedgerEntry | undefined>
  /** Compares balance, ledger, records and holds of an account. */
  audit(accountId: string): Promise<LedgerAudit>
}

const mostPerBookingE4 = 1_000_000_000_000_000

export function createLedger({ tables, clock }: AdminContext): Ledger {
  /** Balance and entry change together or not at all. */
  const book = async (
    accountId: string,
    kind: 'topUp' | 'withdrawal',
    { amountE4, reference }: Booking,
  ): Promise<Balance> => {
    demand(
      Number.isInteger(amountE4) && amountE4 > 0 && amountE4 <= mostPerBookingE4,
      'An amount is above 0, at most 100,000,000,000, with at most four decimals.',
    )
    demand(reference === undefined || /^[\x21-\x7e]{1,64}$/.test(reference), 'A reference has 1 to 64 characters.')
    const signedE4 = kind === 'topUp' ? amountE4 : -amountE4
    const entry = { kind, amount_e4: signedE4, call_id: null, reference: reference ?? null, created_at: clock.now() }
    const booking = tables.transaction().execute(async (transaction) => {
      await transaction
        .insertInto('ledger')
        .values({ account_id: accountId, ...entry })
        .execute()
      return changeBalance(transaction, accountId, signedE4)
    })
    return orRefuse(booking, accountId, `A booking with the reference ${reference}`)
  }

  return {
    topUp: (accountId, booking) => book(accountId, 'topUp', booking),
    withdraw: (accountId, booking) => book(accountId, 'withdrawal', booking),
    balance: (accountId) => readBalance(tables, accountId),

    async list(accountId, { limit, beforeId }) {
      const all = tables.selectFrom('ledger').selectAll().where('account_id', '=', accountId)
      const older = beforeId === undefined ? all : all.where('id', '<', beforeId)
      const rows = await older.orderBy('id', 'desc').limit(limit).execute()
      return rows.map(entryOf)
    },

    async find(accountId, reference) {
      const query = tables.selectFrom('ledger').selectAll().where('account_id', '=', accountId)
      const row = await query.where('reference', '=', reference).executeTakeFirst()
      return row && entryOf(row)
    },

    audit: (accountId) => auditLedger(tables, accountId),
  }
}

function entryOf(row: Selectable<LedgerTable>): LedgerEntry {
  return {
    id: row.id,
    kind: row.kind,
    amountE4: row.amount_e4,
    ...(row.call_id === null ? {} : { callId: row.call_id }),
    ...(row.reference === null ? {} : { reference: row.reference }),
    createdAt: row.created_at,
  }
}

async function readBalance(tables: Database['tables'], accountId: string): Promise<Balance> {
  const query = tables.selectFrom('balances').select(['balance_e4', 'held_e4']).where('account_id', '=', accountId)
  const row = await query.executeTakeFirst()
  return { balanceE4: row?.balance_e4 ?? 0, heldE4: row?.held_e4 ?? 0 }
}

async function changeBalance(tables: Database['tables'], accountId: string, amountE4: number): Promise<Balance> {
  const row = await tables
    .insertInto('balances')
    .values({ account_id: accountId, balance_e4: amountE4 })
    .onConflict((conflict) =>
      conflict.column('account_id').doUpdateSet({ balance_e4: sql`balances.balance_e4 + excluded.balance_e4` }),
    )
    .returning(['balance_e4', 'held_e4'])
    .executeTakeFirstOrThrow()
  if (amountE4 < 0 && row.balance_e4 < row.held_e4) {
    throw new AdminRefused('unaffordable', 'The balance does not cover that amount and what is held for live calls.')
  }
  return { balanceE4: row.balance_e4, heldE4: row.held_e4 }
}
