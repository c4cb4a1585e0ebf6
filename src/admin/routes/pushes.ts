import { messageTypes } from '../../domain/receipt/receipt.ts'
import type { LoggedAttempt, PushedReceipt, PushFilter } from '../../receipts/ports.ts'
import { loadPage, pageOf, pageQuery } from '../paging.ts'
import { route } from '../route.ts'
import { list, optional, record } from '../schema/records.ts'
import { boolean, choice, integer, pattern, text, time, timeOf, wallMsOf } from '../schema/scalars.ts'
import { described, named, type ReadBy } from '../schema/schema.ts'

const id = pattern(/^\d{1,15}$/, 'an id of 1 to 15 digits')
const callId = pattern(/^[\d^]{1,40}$/, 'a CallId')
const messageType = choice(...messageTypes)
const state = choice('waiting', 'delivered', 'givenUp')
const some = text({ min: 0, max: 100_000 })
const status = optional(integer({ min: 0, max: 999 }))
const period = {
  from: optional(described('At this moment or later.', time())),
  to: optional(described('Before this moment.', time())),
}
const about = { callId: optional(callId), messageType: optional(messageType) }

const push = named(
  'Push',
  record({
    ...{ id, messageType: some, callId: some, url: some, state },
    body: described('The receipt, as JSON text.', some),
    attempts: described('Since it was queued or last pushed again by hand.', integer({ min: 0, max: 1_000_000 })),
    queuedAt: time(),
    dueAt: optional(time()),
    settledAt: optional(time()),
  }),
)

const attempt = named(
  'PushAttempt',
  record({
    ...{
      id,
      pushId: id,
      messageType: some,
      callId: some,
      madeAt: time(),
      latencyMs: integer({ min: 0, max: 86_400_000 }),
    },
    ...{ status, delivered: boolean(), error: optional(some) },
    answer: described('The first characters of the answer.', some),
  }),
)

const ids = list(id, { max: 1000 })
const replayFilter = record({ ids: optional(ids), state: optional(state), ...about, ...period })

/** What was pushed where, when, and what was answered; pushing again. */
export const pushRoutes = [
  route({
    name: 'listPushes',
    method: 'GET',
    path: '/accounts/{accountId}/pushes',
    summary: 'Lists receipts that were pushed or wait to be, newest first.',
    role: 'viewer',
    scope: 'account',
    query: { ...pageQuery, state: optional(state), ...about, ...period },
    answer: pageOf(push),
    async run({ params, query }, { pushLog }) {
      const page = await loadPage(query, (wanted) =>
        pushLog.receipts(params.accountId, filterOf(query), pageFor(wanted)),
      )
      return { ...page, items: page.items.map(shownPush) }
    },
  }),
  route({
    name: 'listPushAttempts',
    method: 'GET',
    path: '/accounts/{accountId}/push-attempts',
    summary: 'Lists attempts to push receipts, newest first.',
    role: 'viewer',
    scope: 'account',
    query: { ...pageQuery, pushId: optional(id), ...about, ...period },
    answer: pageOf(attempt),
    async run({ params, query: { pushId, ...query } }, { pushLog }) {
      const filter = { ...filterOf(query), ...(pushId === undefined ? {} : { ids: [pushId] }) }
      const page = await loadPage(query, (wanted) => pushLog.attempts(params.accountId, filter, pageFor(wanted)))
      return { ...page, items: page.items.map(shownAttempt) }
    },
  }),
  route({
    name: 'replayPushes',
    method: 'POST',
    path: '/accounts/{accountId}/pushes/replay',
    summary: 'Pushes receipts again, to the URL that their subscription has now.',
    role: 'operator',
    scope: 'account',
    body: named('ReplayFilter', replayFilter),
    answer: record({ replayed: integer({ min: 0, max: 1_000_000_000 }) }),
    run: async ({ params, body }, { pushLog }) => ({
      replayed: await pushLog.replay(params.accountId, filterOf(body)),
    }),
  }),
]

function filterOf({
  ids: only,
  callId: call,
  messageType: type,
  state: wanted,
  from,
  to,
}: ReadBy<typeof replayFilter>): PushFilter {
  return {
    ...(only === undefined ? {} : { ids: only }),
    ...(call === undefined ? {} : { callId: call }),
    ...(type === undefined ? {} : { messageType: type }),
    ...(wanted === undefined ? {} : { state: wanted }),
    ...(from === undefined ? {} : { from: wallMsOf(from) }),
    ...(to === undefined ? {} : { to: wallMsOf(to) }),
  }
}

function pageFor({ limit, before }: { limit: number; before: number | undefined }) {
  return { limit, ...(before === undefined ? {} : { before: String(before) }) }
}

function shownPush({ queuedAt, dueAt, settledAt, ...rest }: PushedReceipt) {
  return {
    ...rest,
    queuedAt: timeOf(queuedAt),
    ...(dueAt === undefined ? {} : { dueAt: timeOf(dueAt) }),
    ...(settledAt === undefined ? {} : { settledAt: timeOf(settledAt) }),
  }
}

function shownAttempt({ madeAt, status: answered, error, ...rest }: LoggedAttempt) {
  return {
    ...rest,
    madeAt: timeOf(madeAt),
    ...(answered === undefined ? {} : { status: answered }),
    ...(error === undefined ? {} : { error }),
  }
}
