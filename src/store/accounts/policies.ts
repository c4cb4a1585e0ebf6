import { userNamePattern } from '../../domain/account/user.ts'
import { type Policy, PolicyMalformed, readPolicyDocument } from '../../domain/policy/policy.ts'
import { systemPolicies, systemPolicyPrefix } from '../../domain/policy/system-policies.ts'
import type { Database } from '../database.ts'
import type { AdminContext } from './admin-context.ts'
import { AdminRefused, demand, demandChanged, orRefuse, orRefuseInUse } from './admin-refused.ts'

/** Policies of accounts. @throws {AdminRefused} from every method that changes something */
export interface Policies {
  /** Creates or replaces; a replaced policy holds at once for everyone it is attached to. */
  save(policy: Policy): Promise<void>
  /** The account's own and those of the system. */
  list(accountId: string): Promise<Policy[]>
  /** @throws {AdminRefused} inUse, while it is attached to a user */
  remove(accountId: string, policyName: string): Promise<void>
}

export function createPolicies({ tables, clock, changed }: AdminContext): Policies {
  return {
    async save({ accountId, policyName, document }) {
      demand(
        userNamePattern.test(policyName) && !policyName.startsWith(systemPolicyPrefix),
        `A policy name has 1 to 64 letters, digits, points, dashes and underscores, and does not begin with ${systemPolicyPrefix}.`,
      )
      demandPolicyDocument(document)
      const row = { account_id: accountId, policy_name: policyName, document, created_at: clock.now() }
      const insert = tables
        .insertInto('policies')
        .values(row)
        .onConflict((conflict) => conflict.columns(['account_id', 'policy_name']).doUpdateSet({ document }))
      await orRefuse(insert.execute(), accountId, `Policy ${policyName}`)
      changed()
    },

    async list(accountId) {
      const query = tables.selectFrom('policies').select(['policy_name', 'document'])
      const rows = await query.where('account_id', '=', accountId).orderBy('policy_name').execute()
      const own = rows.filter((row) => !systemPolicies.has(row.policy_name))
      return [
        ...own.map((row) => ({ accountId, policyName: row.policy_name, document: row.document })),
        ...[...systemPolicies].map(([policyName, document]) => ({ accountId, policyName, document })),
      ]
    },

    async remove(accountId, policyName) {
      const query = tables
        .deleteFrom('policies')
        .where('account_id', '=', accountId)
        .where('policy_name', '=', policyName)
      const removal = orRefuseInUse(
        query.executeTakeFirstOrThrow(),
        `Policy ${policyName} is attached to users: detach it first.`,
      )
      demandChanged((await removal).numDeletedRows, `policy ${policyName} of account ${accountId}`)
      changed()
    },
  }
}

/** A policy of the system becomes a row of the account when it is first attached. @throws {AdminRefused} unknown */
export async function findOrMakePolicy(
  tables: Database['tables'],
  accountId: string,
  policyName: string,
  now: number,
): Promise<void> {
  const document = systemPolicies.get(policyName)
  if (document !== undefined) {
    const row = { account_id: accountId, policy_name: policyName, document, created_at: now }
    const insert = tables
      .insertInto('policies')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
    await orRefuse(insert.execute(), accountId, `Policy ${policyName}`)
    return
  }
  const query = tables.selectFrom('policies').select('policy_name').where('account_id', '=', accountId)
  const found = await query.where('policy_name', '=', policyName).executeTakeFirst()
  if (found === undefined)
    throw new AdminRefused('unknown', `There is no policy ${policyName} of account ${accountId}.`)
}

function demandPolicyDocument(document: string): void {
  try {
    readPolicyDocument(document)
  } catch (error) {
    if (error instanceof PolicyMalformed) throw new AdminRefused('malformed', error.message, { cause: error })
    throw error
  }
}
