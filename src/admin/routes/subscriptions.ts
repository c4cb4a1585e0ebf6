import { type MessageType, messageTypes } from '../../domain/receipt/receipt.ts'
import { pathSegments } from '../path-segments.ts'
import { resource } from '../resource.ts'
import { type AdminServices, route } from '../route.ts'
import { optional, record } from '../schema/records.ts'
import { boolean, text } from '../schema/scalars.ts'
import { described, named } from '../schema/schema.ts'

const { messageType } = pathSegments
const queue = described('Into the queue of the account.', boolean())
const pushUrl = optional(described('To this URL by HTTP POST.', text({ max: 2000 })))
const path = '/accounts/{accountId}/subscriptions/{messageType}/signing-secret'

/** Where receipts go. Every type has its subscription, which at first goes nowhere; removing it is turning it off. */
export const subscriptionRoutes = [
  ...resource({
    noun: 'Subscription',
    plural: 'Subscriptions',
    one: 'where receipts of a type go',
    all: 'where the receipts of an account go',
    path: '/accounts/{accountId}/subscriptions/{messageType}',
    key: (one) => one.messageType,
    thing: named('Subscription', record({ messageType, queue, pushUrl, signed: boolean() })),
    scope: 'account',
    read: 'viewer',
    write: 'operator',
    find: async (params, services) =>
      (await subscriptionsOf(params.accountId, services)).find((one) => one.messageType === params.messageType),
    list: ({ params }, services) => subscriptionsOf(params.accountId, services),
    wanted: named('WantedSubscription', record({ queue, pushUrl })),
    put: ({ params, wanted }, { accounts }) =>
      accounts.subscriptions.set(params.accountId, params.messageType, {
        queue: wanted.queue,
        ...(wanted.pushUrl === undefined ? {} : { pushUrl: wanted.pushUrl }),
      }),
    async remove(params, { accounts: { subscriptions } }) {
      await subscriptions.set(params.accountId, params.messageType, { queue: false })
      await subscriptions.stopSigning(params.accountId, params.messageType)
    },
  }),
  route({
    name: 'createSigningSecret',
    method: 'POST',
    path,
    summary: 'Signs pushes of this type from now on, with a new secret, which is shown here and never again.',
    role: 'operator',
    scope: 'account',
    answer: named('SigningSecret', record({ secret: text({ max: 128 }) })),
    statuses: [201],
    errors: ['notFound'],
    run: async ({ params }, { accounts }) => ({
      secret: await accounts.subscriptions.sign(params.accountId, params.messageType),
    }),
  }),
  route({
    name: 'deleteSigningSecret',
    method: 'DELETE',
    path,
    summary: 'Pushes of this type carry no signature any more.',
    role: 'operator',
    scope: 'account',
    errors: ['notFound'],
    run: ({ params }, { accounts }) => accounts.subscriptions.stopSigning(params.accountId, params.messageType),
  }),
]

async function subscriptionsOf(accountId: string, { accounts }: AdminServices) {
  const kept = await accounts.subscriptions.list(accountId)
  return messageTypes.map((type) => kept.find((one) => one.messageType === type) ?? nowhere(type)).map(typed)
}

function nowhere(type: MessageType) {
  return { messageType: type, queue: false, signed: false }
}

function typed(one: { messageType: string; queue: boolean; pushUrl?: string; signed: boolean }) {
  return { ...one, messageType: messageType.read(one.messageType, 'messageType') }
}
