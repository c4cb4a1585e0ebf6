import type { LedgerLine } from '../account-ports.ts'
import { AdminError } from '../errors.ts'
import { loadPage, pageOf, pageQuery } from '../paging.ts'
import { pathSegments } from '../path-segments.ts'
import { resource } from '../resource.ts'
import { type AdminServices, route } from '../route.ts'
import { optional, record } from '../schema/records.ts'
import {
  amount,
  amountE4Of,
  amountOf,
  boolean,
  choice,
  integer,
  signedAmount,
  text,
  time,
  timeOf,
} from '../schema/scalars.ts'
import { described, named } from '../schema/schema.ts'

const { product } = pathSegments
const count = integer({ min: 0, max: Number.MAX_SAFE_INTEGER })

const price = named(
  'Price',
  record({ product, perMinute: described('For each started minute of an answered call.', amount()) }),
)
const wantedPrice = named('WantedPrice', record({ perMinute: amount() }))

/** Prices that hold for every account without one of its own. What is not in the table is free. */
export const priceRoutes = resource({
  noun: 'Price',
  plural: 'Prices',
  one: 'what a call costs accounts without a price of their own',
  all: 'what calls cost accounts without prices of their own',
  path: '/prices/{product}',
  key: (one) => one.product,
  thing: price,
  scope: 'service',
  read: 'viewer',
  write: 'owner',
  find: async (params, services) => (await pricesOf(undefined, services)).find((one) => one.product === params.product),
  list: (_asked, services) => pricesOf(undefined, services),
  wanted: wantedPrice,
  put: ({ params, wanted }, { accounts }) =>
    accounts.prices.set({ product: params.product, perMinuteE4: amountE4Of(wanted.perMinute) }),
  remove: (params, { accounts }) => accounts.prices.remove({ product: params.product }),
})

/** Prices of one account. */
export const accountPriceRoutes = resource({
  noun: 'AccountPrice',
  plural: 'AccountPrices',
  one: 'what a call costs one account',
  all: 'the prices that an account has of its own',
  path: '/accounts/{accountId}/prices/{product}',
  key: (one) => one.product,
  thing: price,
  scope: 'account',
  writeScope: 'service',
  read: 'viewer',
  write: 'owner',
  find: async (params, services) =>
    (await pricesOf(params.accountId, services)).find((one) => one.product === params.product),
  list: ({ params }, services) => pricesOf(params.accountId, services),
  wanted: wantedPrice,
  put: ({ params, wanted }, { accounts }) =>
    accounts.prices.set({ ...params, perMinuteE4: amountE4Of(wanted.perMinute) }),
  remove: (params, { accounts }) => accounts.prices.remove(params),
})

const line = {
  id: integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  kind: choice('topUp', 'withdrawal', 'charge'),
  amount: described('Below 0 for what goes off the balance.', signedAmount()),
  callId: optional(text({ max: 40 })),
  reference: optional(text({ max: 64 })),
  at: time(),
}
const ledgerLine = named('LedgerLine', record(line))

/** A booking is made once under its reference; saying it again changes nothing, saying something else is refused. */
export const bookingRoutes = resource({
  noun: 'Booking',
  plural: 'Bookings',
  one: 'an amount that is added to, or taken off, the balance of an account',
  all: '',
  path: '/accounts/{accountId}/bookings/{reference}',
  key: (one) => String(one.id),
  thing: ledgerLine,
  scope: 'account',
  writeScope: 'service',
  read: 'viewer',
  write: 'owner',
  errors: ['exists', 'unaffordable'],
  async find(params, { accounts }) {
    const found = await accounts.ledger.find(params.accountId, params.reference)
    return found && shownLine(found)
  },
  wanted: named('WantedBooking', record({ kind: choice('topUp', 'withdrawal'), amount: amount() })),
  async put({ params: { accountId, reference: under }, wanted, current }, { accounts: { ledger } }) {
    const amountE4 = amountE4Of(wanted.amount)
    const signed = amountOf(wanted.kind === 'topUp' ? amountE4 : -amountE4)
    if (current !== undefined) {
      if (current.kind === wanted.kind && current.amount === signed) return
      throw new AdminError('exists', { message: 'Another booking has this reference.', field: 'reference' })
    }
    const booking = { amountE4, reference: under }
    await (wanted.kind === 'topUp' ? ledger.topUp(accountId, booking) : ledger.withdraw(accountId, booking))
  },
})

/** Balance and ledger of an account. */
export const ledgerRoutes = [
  route({
    name: 'getBalance',
    method: 'GET',
    path: '/accounts/{accountId}/balance',
    summary: 'The prepaid balance of an account, and what of it is held for calls that have no record yet.',
    role: 'viewer',
    scope: 'account',
    answer: named('Balance', record({ balance: signedAmount(), held: signedAmount() })),
    async run({ params }, { accounts }) {
      const { balanceE4, heldE4 } = await accounts.ledger.balance(params.accountId)
      return { balance: amountOf(balanceE4), held: amountOf(heldE4) }
    },
  }),
  route({
    name: 'listLedger',
    method: 'GET',
    path: '/accounts/{accountId}/ledger',
    summary: 'Lists every change of the balance of an account, newest first.',
    role: 'viewer',
    scope: 'account',
    query: pageQuery,
    answer: pageOf(ledgerLine),
    async run({ params, query }, { accounts }) {
      const page = await loadPage(query, ({ limit, before }) =>
        accounts.ledger.list(params.accountId, { limit, ...(before === undefined ? {} : { beforeId: before }) }),
      )
      return { ...page, items: page.items.map(shownLine) }
    },
  }),
  route({
    name: 'checkLedger',
    method: 'GET',
    path: '/accounts/{accountId}/ledger/check',
    summary: 'Compares balance, ledger, records and held amounts of an account.',
    role: 'viewer',
    scope: 'account',
    answer: named(
      'LedgerCheck',
      record({
        isRight: described('All of the following agree.', boolean()),
        ...{ balance: signedAmount(), ledger: signedAmount(), charged: signedAmount(), records: signedAmount() },
        ...{ held: signedAmount(), holds: signedAmount(), mismatchedCalls: count, strayHolds: count },
      }),
    ),
    async run({ params }, { accounts }) {
      const found = await accounts.ledger.audit(params.accountId)
      return {
        ...{ isRight: found.isRight, mismatchedCalls: found.mismatchedCalls, strayHolds: found.strayHolds },
        balance: amountOf(found.balanceE4),
        ledger: amountOf(found.ledgerE4),
        charged: amountOf(found.chargedE4),
        records: amountOf(found.recordsE4),
        held: amountOf(found.heldE4),
        holds: amountOf(found.holdsE4),
      }
    },
  }),
]

async function pricesOf(accountId: string | undefined, { accounts }: AdminServices) {
  const all = await accounts.prices.list()
  return all
    .filter((one) => one.accountId === accountId)
    .map((one) => ({ product: one.product, perMinute: amountOf(one.perMinuteE4) }))
}

function shownLine({ id, kind, amountE4, callId, reference: under, createdAt }: LedgerLine) {
  return {
    ...{ id, kind, amount: amountOf(amountE4), at: timeOf(createdAt) },
    ...(callId === undefined ? {} : { callId }),
    ...(under === undefined ? {} : { reference: under }),
  }
}
