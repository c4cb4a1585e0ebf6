import { userNamePattern } from '../../domain/account/user.ts'
import type { AdminContext } from './admin-context.ts'
import { demand, demandChanged, orRefuse } from './admin-refused.ts'
import { findOrMakePolicy } from './policies.ts'

/** A user as the operator sees him. */
export interface UserEntry {
  readonly userName: string
  readonly policies: readonly string[]
  /** How many keys he has. */
  readonly keys: number
}

/** Users under accounts. @throws {AdminRefused} from every method that changes something */
export interface Users {
  create(accountId: string, userName: string): Promise<void>
  list(accountId: string): Promise<UserEntry[]>
  /** His keys and attachments go with him. */
  remove(accountId: string, userName: string): Promise<void>
  /** Attaching a policy twice is attaching it once. */
  attach(accountId: string, userName: string, policyName: string): Promise<void>
  detach(accountId: string, userName: string, policyName: string): Promise<void>
}

export function createUsers({ tables, clock, changed }: AdminContext): Users {
  return {
    async create(accountId, userName) {
      demand(
        userNamePattern.test(userName),
        'A user name has 1 to 64 letters, digits, points, dashes and underscores, and begins with a letter or digit.',
      )
      const row = { account_id: accountId, user_name: userName, created_at: clock.now() }
      await orRefuse(tables.insertInto('users').values(row).execute(), accountId, `User ${userName}`)
      changed()
    },

    async list(accountId) {
      const [users, attached, keys] = await Promise.all([
        tables
          .selectFrom('users')
          .select('user_name')
          .where('account_id', '=', accountId)
          .orderBy('user_name')
          .execute(),
        tables
          .selectFrom('user_policies')
          .selectAll()
          .where('account_id', '=', accountId)
          .orderBy('policy_name')
          .execute(),
        tables.selectFrom('access_keys').select('user_name').where('account_id', '=', accountId).execute(),
      ])
      return users.map(({ user_name: userName }) => ({
        userName,
        policies: attached.filter((one) => one.user_name === userName).map((one) => one.policy_name),
        keys: keys.filter((one) => one.user_name === userName).length,
      }))
    },

    async remove(accountId, userName) {
      const query = tables.deleteFrom('users').where('account_id', '=', accountId).where('user_name', '=', userName)
      const result = await query.executeTakeFirstOrThrow()
      demandChanged(result.numDeletedRows, `user ${userName} of account ${accountId}`)
      changed()
    },

    async attach(accountId, userName, policyName) {
      await findOrMakePolicy(tables, accountId, policyName, clock.now())
      const row = { account_id: accountId, user_name: userName, policy_name: policyName }
      const insert = tables
        .insertInto('user_policies')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
      await orRefuse(insert.execute(), accountId, `Attachment of ${policyName}`, userName)
      changed()
    },

    async detach(accountId, userName, policyName) {
      const result = await tables
        .deleteFrom('user_policies')
        .where('account_id', '=', accountId)
        .where('user_name', '=', userName)
        .where('policy_name', '=', policyName)
        .executeTakeFirstOrThrow()
      demandChanged(result.numDeletedRows, `policy ${policyName} at user ${userName} of account ${accountId}`)
      changed()
    },
  }
}
