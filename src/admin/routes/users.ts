import { maxDocumentLength } from '../../domain/policy/policy.ts'
import { systemPolicies } from '../../domain/policy/system-policies.ts'
import { pathSegments } from '../path-segments.ts'
import { resource } from '../resource.ts'
import { list, optional, record } from '../schema/records.ts'
import { boolean, integer, text } from '../schema/scalars.ts'
import { named } from '../schema/schema.ts'

const { userName, policyName } = pathSegments

const policyNames = list(policyName, { max: 50 })

/** Users of an account, with exactly the policies that are wanted. */
export const userRoutes = resource({
  noun: 'User',
  plural: 'Users',
  one: 'a user of an account',
  all: 'the users of an account',
  path: '/accounts/{accountId}/users/{userName}',
  key: (one) => one.userName,
  thing: named('User', record({ userName, policies: policyNames, keys: integer({ min: 0, max: 1_000_000 }) })),
  scope: 'account',
  read: 'viewer',
  write: 'operator',
  find: async (params, { accounts }) =>
    (await accounts.users.list(params.accountId)).find((one) => one.userName === params.userName),
  list: ({ params }, { accounts }) => accounts.users.list(params.accountId),
  wanted: named('WantedUser', record({ policies: optional(policyNames) })),
  async put({ params: { accountId, userName: name }, wanted, current }, { accounts: { users } }) {
    if (current === undefined) await users.create(accountId, name)
    const held = current?.policies ?? []
    const asked = new Set(wanted.policies ?? [])
    for (const policy of asked) if (!held.includes(policy)) await users.attach(accountId, name, policy)
    for (const policy of held) if (!asked.has(policy)) await users.detach(accountId, name, policy)
  },
  remove: (params, { accounts }) => accounts.users.remove(params.accountId, params.userName),
})

const document = text({ max: maxDocumentLength })

/** Policies of an account, as RAM documents. Those of the system can be read and attached, not changed. */
export const policyRoutes = resource({
  noun: 'Policy',
  plural: 'Policies',
  one: 'a policy of an account',
  all: 'the policies of an account and those of the system',
  path: '/accounts/{accountId}/policies/{policyName}',
  key: (one) => one.policyName,
  thing: named('Policy', record({ policyName, document, ofSystem: boolean() })),
  scope: 'account',
  read: 'viewer',
  write: 'operator',
  errors: ['inUse'],
  find: async (params, { accounts }) =>
    (await accounts.policies.list(params.accountId)).map(shown).find((one) => one.policyName === params.policyName),
  list: async ({ params }, { accounts }) => (await accounts.policies.list(params.accountId)).map(shown),
  wanted: named('WantedPolicy', record({ document })),
  put: ({ params, wanted }, { accounts }) => accounts.policies.save({ ...params, document: wanted.document }),
  remove: ({ accountId, policyName: name }, { accounts }) => accounts.policies.remove(accountId, name),
})

function shown({ policyName: name, document: text }: { policyName: string; document: string }) {
  return { policyName: name, document: text, ofSystem: systemPolicies.has(name) }
}
