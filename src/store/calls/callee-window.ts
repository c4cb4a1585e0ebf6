import type { Product } from '../../domain/call/call.ts'
import type { CalleeFrequency } from '../../operations/ports.ts'
import type { Database, Statement } from '../database.ts'
import { type Refusal, refusalAt, spanMs } from './callee-frequency.ts'

/** Accept times kept per callee. A limit above that limits nothing; it protects the row from growing without end. */
const mostRemembered = 1_000

/**
 * What an `INSERT INTO callee_windows AS kept` does with a callee that has a window: counts one more, when the limits
 * permit it. @param now the statement's parameter with the wall milliseconds, `$17`
 */
export const countOneMore = (now: string) => `ON CONFLICT (account_id, product, called_number) DO UPDATE SET
      per_minute = excluded.per_minute, per_hour = excluded.per_hour, per_day = excluded.per_day,
      recent = (${now}::bigint || kept.recent)[1:least(greatest(excluded.per_minute, excluded.per_hour, excluded.per_day), ${mostRemembered})]
    WHERE coalesce(kept.recent[excluded.per_minute] <= ${now}::bigint - ${spanMs.perMinute}, true)
      AND coalesce(kept.recent[excluded.per_hour] <= ${now}::bigint - ${spanMs.perHour}, true)
      AND coalesce(kept.recent[excluded.per_day] <= ${now}::bigint - ${spanMs.perDay}, true)
  RETURNING account_id, product, called_number`

const takeStatement: Statement = {
  name: 'take-callee-window',
  text: `
INSERT INTO callee_windows AS kept (account_id, product, called_number, per_minute, per_hour, per_day, recent)
  VALUES ($1, $2, $3, $4, $5, $6, ARRAY[$7::bigint])
  ${countOneMore('$7')}`,
}

const giveBackStatement: Statement = {
  name: 'give-back-callee-window',
  text: `
UPDATE callee_windows SET recent = recent[2:]
  WHERE account_id = $1 AND product = $2 AND called_number = $3 AND recent[1] = $4`,
}

/** Whose calls are counted together. */
export interface Callee {
  readonly accountId: string
  readonly product: Product
  readonly number: string
}

/** Windows of single callees, outside of an accept: for the second number of a call, which the accept does not count. */
export class CalleeWindows {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Counts a call at `now`. @returns whether the limits permit it; when not, nothing is counted */
  async take({ accountId, product, number }: Callee, frequency: CalleeFrequency, now: number): Promise<boolean> {
    const { perMinute, perHour, perDay } = frequency
    const values = [accountId, product, number, perMinute, perHour, perDay, now]
    return (await this.#database.hot(takeStatement, values)).length > 0
  }

  /** Takes back what was counted at `now`, unless more was counted since. */
  async giveBack({ accountId, product, number }: Callee, now: number): Promise<void> {
    await this.#database.hot(giveBackStatement, [accountId, product, number, now])
  }

  /** Until when, and why, a callee that was just refused may not be called. */
  async refusalOf({ accountId, product, number }: Callee, frequency: CalleeFrequency, now: number): Promise<Refusal> {
    const window = await this.#database.tables
      .selectFrom('callee_windows')
      .select('recent')
      .where('account_id', '=', accountId)
      .where('product', '=', product)
      .where('called_number', '=', number)
      .executeTakeFirst()
    // The window may have opened between the two statements: then the next try succeeds.
    return refusalAt(window?.recent ?? [], frequency, now) ?? { nextAt: now, limit: 'perMinute' }
  }
}
