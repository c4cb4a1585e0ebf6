import type { Product } from '../../domain/call/call.ts'
import { everyAccount } from '../directory/read-price.ts'
import type { AdminContext } from './admin-context.ts'
import { AdminRefused, demand } from './admin-refused.ts'

/** What a started minute of an answered call costs, ten-thousandths of the currency unit. */
export interface PriceEntry {
  /** Absent: the price of every account that has none of its own. */
  readonly accountId?: string
  readonly product: Product
  readonly perMinuteE4: number
}

/** The price table. A call costs what held when it was accepted. @throws {AdminRefused} when a price is malformed */
export interface Prices {
  /** Creates or replaces. 0 is a price, too: it makes one account free where the others pay. */
  set(price: PriceEntry): Promise<void>
  list(): Promise<PriceEntry[]>
  /** Removes a price; what is not in the table is free. @throws {AdminRefused} unknown */
  remove(price: Omit<PriceEntry, 'perMinuteE4'>): Promise<void>
}

const mostPerMinuteE4 = 10_000_000_000

export function createPrices({ tables, changed }: AdminContext): Prices {
  return {
    async set({ accountId = everyAccount, product, perMinuteE4 }) {
      demand(
        Number.isInteger(perMinuteE4) && perMinuteE4 >= 0 && perMinuteE4 <= mostPerMinuteE4,
        'A price is 0 to 1,000,000, with at most four decimals.',
      )
      if (accountId !== everyAccount) {
        const query = tables.selectFrom('accounts').select('account_id').where('account_id', '=', accountId)
        const account = await query.executeTakeFirst()
        if (account === undefined) throw new AdminRefused('unknown', `There is no account ${accountId}.`)
      }
      const price = { per_minute_e4: perMinuteE4 }
      await tables
        .insertInto('prices')
        .values({ account_id: accountId, product, ...price })
        .onConflict((conflict) => conflict.columns(['account_id', 'product']).doUpdateSet(price))
        .execute()
      changed()
    },

    async list() {
      const rows = await tables.selectFrom('prices').selectAll().orderBy('account_id').orderBy('product').execute()
      return rows.map((row) => ({
        ...(row.account_id === everyAccount ? {} : { accountId: row.account_id }),
        product: row.product,
        perMinuteE4: row.per_minute_e4,
      }))
    },

    async remove({ accountId = everyAccount, product }) {
      const result = await tables
        .deleteFrom('prices')
        .where('account_id', '=', accountId)
        .where('product', '=', product)
        .executeTakeFirstOrThrow()
      if (result.numDeletedRows === 0n) throw new AdminRefused('unknown', 'There is no such price.')
      changed()
    },
  }
}
