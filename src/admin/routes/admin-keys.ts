import { issueAdminKey } from '../access/issue-key.ts'
import type { AdminKey } from '../access/ports.ts'
import { AdminError } from '../errors.ts'
import { accountId, pathSegments } from '../path-segments.ts'
import { resource } from '../resource.ts'
import { roles } from '../roles.ts'
import { route } from '../route.ts'
import { optional, record } from '../schema/records.ts'
import { choice, text, time, timeOf, wallMsOf } from '../schema/scalars.ts'
import { described, named } from '../schema/schema.ts'

const facts = {
  name: described('What the key is for.', text({ max: 100 })),
  role: choice(...roles),
  accountId: optional(described('The only account that it may see and change.', accountId)),
  expiresAt: optional(described('Left out: it does not expire.', time())),
}
const kept = { keyId: pathSegments.keyId, ...facts, createdAt: time() }

/** Keys by which programs administer. */
export const adminKeyRoutes = [
  ...resource({
    noun: 'AdminKey',
    plural: 'AdminKeys',
    one: 'an admin key, without its secret',
    all: 'the admin keys, without secrets',
    path: '/admin-keys/{keyId}',
    key: (one) => one.keyId,
    thing: named('AdminKey', record(kept)),
    scope: 'service',
    read: 'owner',
    write: 'owner',
    async find(params, { access }) {
      const found = await access.keys.find(params.keyId)
      return found && shown(found)
    },
    list: async (_asked, { access }) => (await access.keys.list()).map(shown),
    async remove(params, { access }) {
      await access.keys.revoke(params.keyId)
    },
  }),
  route({
    name: 'createAdminKey',
    method: 'POST',
    path: '/admin-keys',
    summary: 'Makes an admin key; its text is shown here and never again.',
    role: 'owner',
    scope: 'service',
    body: record(facts),
    answer: named('NewAdminKey', record({ ...kept, adminKey: text({ max: 100 }) })),
    statuses: [201],
    errors: ['notFound'],
    async run({ body }, { access, accounts, clock }) {
      const { expiresAt, accountId: bound, name, role } = body
      if (bound !== undefined && (await accounts.find(bound)) === undefined) {
        throw new AdminError('notFound', { field: 'accountId', message: `There is no account ${bound}.` })
      }
      const { key, adminKey } = await issueAdminKey(access.keys, {
        ...{ name, role, createdAt: clock.now() },
        ...(bound === undefined ? {} : { accountId: bound }),
        ...(expiresAt === undefined ? {} : { expiresAt: wallMsOf(expiresAt) }),
      })
      return { ...shown(key), adminKey }
    },
  }),
]

function shown({ createdAt, expiresAt, ...rest }: AdminKey) {
  return { ...rest, createdAt: timeOf(createdAt), ...(expiresAt === undefined ? {} : { expiresAt: timeOf(expiresAt) }) }
}
