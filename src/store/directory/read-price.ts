import type { Product } from '../../domain/call/call.ts'
import type { Database } from '../database.ts'

/** The `account_id` of a price that holds for every account without one of its own. */
export const everyAccount = ''

/** The account's own price of a started minute, else that of every account, else 0. */
export async function readPriceE4(tables: Database['tables'], accountId: string, product: Product): Promise<number> {
  const row = await tables
    .selectFrom('prices')
    .select('per_minute_e4')
    .where('product', '=', product)
    .where('account_id', 'in', [accountId, everyAccount])
    // The account's own comes first: an empty text sorts before every other.
    .orderBy('account_id', 'desc')
    .executeTakeFirst()
  return row?.per_minute_e4 ?? 0
}
