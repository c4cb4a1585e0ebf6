import { randomInt } from 'node:crypto'
import type { Account, AccountState } from '../../domain/account/account.ts'
import type { AdminContext } from './admin-context.ts'
import { demand, demandChanged, orRefuse } from './admin-refused.ts'

/** Accounts: who may use the service. @throws {AdminRefused} from every method that changes something */
export interface Accounts {
  /** @param wanted.accountId 10 to 16 digits; a new one is made when absent */
  create(wanted: { name: string; accountId?: string }): Promise<Account>
  find(accountId: string): Promise<Account | undefined>
  list(): Promise<Account[]>
  rename(accountId: string, name: string): Promise<void>
  setState(accountId: string, state: AccountState): Promise<void>
}

export function createAccounts({ tables, clock, changed }: AdminContext): Accounts {
  return {
    async create({ name, accountId = newAccountId() }) {
      demand(/^\d{10,16}$/.test(accountId), 'An account id has 10 to 16 digits.')
      demandName(name)
      const row = { account_id: accountId, name, created_at: clock.now() }
      await orRefuse(tables.insertInto('accounts').values(row).execute(), accountId, `Account ${accountId}`)
      changed()
      return { accountId, name, state: 'normal' }
    },

    async find(accountId) {
      const query = tables.selectFrom('accounts').select(['name', 'state']).where('account_id', '=', accountId)
      const row = await query.executeTakeFirst()
      return row && { accountId, ...row }
    },

    async list() {
      const rows = await tables.selectFrom('accounts').selectAll().orderBy('account_id').execute()
      return rows.map((row) => ({ accountId: row.account_id, name: row.name, state: row.state }))
    },

    async rename(accountId, name) {
      demandName(name)
      const query = tables.updateTable('accounts').set({ name }).where('account_id', '=', accountId)
      demandChanged((await query.executeTakeFirstOrThrow()).numUpdatedRows, `account ${accountId}`)
      changed()
    },

    async setState(accountId, state) {
      const query = tables.updateTable('accounts').set({ state }).where('account_id', '=', accountId)
      demandChanged((await query.executeTakeFirstOrThrow()).numUpdatedRows, `account ${accountId}`)
      changed()
    },
  }
}

function demandName(name: string): void {
  demand(name.length > 0 && name.length <= 100, 'An account name has 1 to 100 characters.')
}

/** 16 digits, the first not zero. */
function newAccountId(): string {
  const digits = Array.from({ length: 15 }, () => randomInt(10)).join('')
  return `${randomInt(1, 10)}${digits}`
}
