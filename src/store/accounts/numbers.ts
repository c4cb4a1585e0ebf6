import type { AdminContext } from './admin-context.ts'
import { demand, demandChanged, orRefuse } from './admin-refused.ts'

/** Bought numbers, the ones an account may show. @throws {AdminRefused} from every method that changes something */
export interface Numbers {
  /** @param number digits as they are shown, `057128880000` */
  add(accountId: string, number: string): Promise<void>
  list(accountId: string): Promise<string[]>
  remove(accountId: string, number: string): Promise<void>
}

export function createNumbers({ tables, clock, changed }: AdminContext): Numbers {
  return {
    async add(accountId, number) {
      demand(/^\+?\d{3,20}$/.test(number), 'A number has 3 to 20 digits.')
      const row = { account_id: accountId, number, created_at: clock.now() }
      await orRefuse(tables.insertInto('numbers').values(row).execute(), accountId, `Number ${number}`)
      changed()
    },

    async list(accountId) {
      const query = tables.selectFrom('numbers').select('number').where('account_id', '=', accountId)
      return (await query.orderBy('number').execute()).map((row) => row.number)
    },

    async remove(accountId, number) {
      const query = tables.deleteFrom('numbers').where('account_id', '=', accountId).where('number', '=', number)
      demandChanged((await query.executeTakeFirstOrThrow()).numDeletedRows, `number ${number} of account ${accountId}`)
      changed()
    },
  }
}
