import type { User } from '../../domain/account/user.ts'
import { readPolicyDocument } from '../../domain/policy/policy.ts'
import type { Database } from '../database.ts'

/** A user with the statements of all policies that are attached to him. @throws {PolicyMalformed} for a row nobody saved */
export async function readUser(
  tables: Database['tables'],
  accountId: string,
  userName: string,
): Promise<User | undefined> {
  const rows = await tables
    .selectFrom('users')
    .leftJoin('user_policies', (join) =>
      join
        .onRef('user_policies.account_id', '=', 'users.account_id')
        .onRef('user_policies.user_name', '=', 'users.user_name'),
    )
    .leftJoin('policies', (join) =>
      join
        .onRef('policies.account_id', '=', 'user_policies.account_id')
        .onRef('policies.policy_name', '=', 'user_policies.policy_name'),
    )
    .select('policies.document')
    .where('users.account_id', '=', accountId)
    .where('users.user_name', '=', userName)
    .execute()
  if (rows.length === 0) return undefined
  const statements = rows.flatMap(({ document }) => (document === null ? [] : readPolicyDocument(document)))
  return { accountId, userName, statements }
}
