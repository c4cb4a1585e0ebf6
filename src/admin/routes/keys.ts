import { AdminError } from '../errors.ts'
import { pathSegments } from '../path-segments.ts'
import { resource } from '../resource.ts'
import { type AdminServices, route } from '../route.ts'
import { optional, record } from '../schema/records.ts'
import { boolean, text } from '../schema/scalars.ts'
import { named } from '../schema/schema.ts'

const { accessKeyId, userName } = pathSegments

const kept = { accessKeyId, userName: optional(userName), enabled: boolean() }

const key = named('Key', record(kept))

/** AccessKeys of an account and its users. A key is made by POST, because its secret is shown then and never again. */
export const keyRoutes = [
  ...resource({
    noun: 'Key',
    plural: 'Keys',
    one: 'an AccessKey, without its secret',
    all: 'the AccessKeys of an account, without secrets',
    path: '/accounts/{accountId}/keys/{accessKeyId}',
    key: (one) => one.accessKeyId,
    thing: key,
    scope: 'account',
    read: 'viewer',
    write: 'operator',
    find: keyOf,
    list: async ({ params }, { accounts }) => (await accounts.keys.list(params.accountId)).map(shown),
    remove: (params, { accounts }) => accounts.keys.remove(params.accessKeyId),
  }),
  route({
    name: 'createKey',
    method: 'POST',
    path: '/accounts/{accountId}/keys',
    summary: 'Makes an AccessKey; its secret is shown here and never again.',
    role: 'operator',
    scope: 'account',
    body: record({ userName: optional(userName) }),
    answer: named('NewKey', record({ ...kept, secret: text({ max: 128 }) })),
    statuses: [201],
    errors: ['notFound'],
    async run({ params, body }, { accounts }) {
      const made = await accounts.keys.create(params.accountId, body)
      return { ...shown(made), secret: made.secret }
    },
  }),
  route({
    name: 'putKey',
    method: 'PUT',
    path: '/accounts/{accountId}/keys/{accessKeyId}',
    summary: 'Accepts or refuses an AccessKey from now on.',
    role: 'operator',
    scope: 'account',
    body: record({ enabled: boolean() }),
    answer: key,
    tagged: true,
    errors: ['notFound', 'preconditionFailed'],
    async current({ params }, services) {
      const found = await keyOf(params, services)
      return found && key.read(found, '')
    },
    async run({ params, body }, services) {
      const found = await keyOf(params, services)
      if (found === undefined) throw new AdminError('notFound', { message: 'There is no such Key.' })
      await services.accounts.keys.setEnabled(params.accessKeyId, body.enabled)
      return { ...found, enabled: body.enabled }
    },
  }),
]

/** Of this account: whoever knows the id of another account's key gets nowhere with it. */
async function keyOf(params: { accountId: string; accessKeyId: string }, { accounts }: AdminServices) {
  const keys = await accounts.keys.list(params.accountId)
  return keys.map(shown).find((one) => one.accessKeyId === params.accessKeyId)
}

function shown(from: { accessKeyId: string; userName?: string; enabled: boolean }) {
  const { accessKeyId: id, userName: user, enabled } = from
  return { accessKeyId: id, ...(user === undefined ? {} : { userName: user }), enabled }
}
