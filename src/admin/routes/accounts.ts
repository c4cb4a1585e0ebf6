import type { AccountState } from '../../domain/account/account.ts'
import { accountId } from '../path-segments.ts'
import { resource } from '../resource.ts'
import { route } from '../route.ts'
import { optional, record } from '../schema/records.ts'
import { choice, text } from '../schema/scalars.ts'
import { named } from '../schema/schema.ts'

const state = choice(
  ...([
    'normal',
    'outOfService',
    'abnormal',
    'productNotActivated',
    'familyNotActivated',
    'deleted',
  ] as const satisfies readonly AccountState[]),
)

const account = named('Account', record({ accountId, name: text({ max: 100 }), state }))

/** Accounts. A new one takes its reports from its queue, as one that the command line makes. */
export const accountRoutes = [
  ...resource({
    noun: 'Account',
    plural: 'Accounts',
    one: 'an account',
    all: 'the accounts; an admin key that is bound to one sees that one',
    path: '/accounts/{accountId}',
    key: (one) => one.accountId,
    thing: account,
    scope: 'account',
    writeScope: 'service',
    read: 'viewer',
    write: 'operator',
    find: ({ accountId: id }, { accounts }) => accounts.find(id),
    async list({ principal }, { accounts }) {
      const all = await accounts.list()
      return principal?.accountId === undefined ? all : all.filter((one) => one.accountId === principal.accountId)
    },
    wanted: named('WantedAccount', record({ name: text({ max: 100 }), state: optional(state) })),
    async put({ params, wanted, current }, { accounts }) {
      if (current === undefined) {
        await accounts.create({ accountId: params.accountId, name: wanted.name })
        await accounts.subscriptions.set(params.accountId, 'VoiceReport', { queue: true })
      } else if (current.name !== wanted.name) await accounts.rename(params.accountId, wanted.name)
      const before = current?.state ?? 'normal'
      if (wanted.state !== undefined && wanted.state !== before) {
        await accounts.setState(params.accountId, wanted.state)
      }
    },
    /** Records and ledger go on naming it: the account stays, in the state `deleted`. */
    remove: ({ accountId: id }, { accounts }) => accounts.setState(id, 'deleted'),
  }),
  route({
    name: 'createAccount',
    method: 'POST',
    path: '/accounts',
    summary: 'Makes an account under a new id.',
    role: 'operator',
    scope: 'service',
    body: record({ name: text({ max: 100 }) }),
    answer: account,
    statuses: [201],
    errors: ['exists'],
    async run({ body }, { accounts }) {
      const made = await accounts.create({ name: body.name })
      await accounts.subscriptions.set(made.accountId, 'VoiceReport', { queue: true })
      return made
    },
  }),
]
