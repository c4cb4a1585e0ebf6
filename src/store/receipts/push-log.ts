import { type Expression, type ExpressionBuilder, type Selectable, type SqlBool, sql } from 'kysely'
import type { Clock } from '../../lib/clock.ts'
import type { LoggedAttempt, PushedReceipt, PushFilter, PushLog, PushState } from '../../receipts/ports.ts'
import type { Database } from '../database.ts'
import type { Schema } from '../schema.ts'

/** The delivery log. Every query names the account: what belongs to another does not exist. */
export function createPushLog({ tables }: Database, clock: Clock): PushLog {
  return {
    async receipts(accountId, filter, { limit, before }) {
      const rows = await tables
        .selectFrom('push_outbox')
        .selectAll()
        .where('account_id', '=', accountId)
        .where((eb) =>
          eb.and([...ofReceipt(eb, filter), ...(before === undefined ? [] : [eb('id', '<', idOf(before))])]),
        )
        .orderBy('id', 'desc')
        .limit(limit)
        .execute()
      return rows.map(receiptOf)
    },

    async attempts(accountId, filter, { limit, before }) {
      const rows = await tables
        .selectFrom('push_attempts')
        .selectAll()
        .where('account_id', '=', accountId)
        .$if(filter.ids !== undefined, (query) => query.where('push_id', 'in', numbersOf(filter.ids)))
        .$if(filter.callId !== undefined, (query) => query.where('call_id', '=', filter.callId ?? ''))
        .$if(filter.messageType !== undefined, (query) => query.where('message_type', '=', filter.messageType ?? ''))
        .$if(filter.from !== undefined, (query) => query.where('made_at', '>=', filter.from ?? 0))
        .$if(filter.to !== undefined, (query) => query.where('made_at', '<', filter.to ?? 0))
        .$if(before !== undefined, (query) => query.where('id', '<', idOf(before ?? '')))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute()
      return rows.map(attemptOf)
    },

    async replay(accountId, filter) {
      const chosen = tables
        .selectFrom('push_outbox')
        .innerJoin('subscriptions', (join) =>
          join
            .onRef('subscriptions.account_id', '=', 'push_outbox.account_id')
            .onRef('subscriptions.message_type', '=', 'push_outbox.message_type'),
        )
        .select(['push_outbox.id', 'subscriptions.push_url'])
        .where('push_outbox.account_id', '=', accountId)
        .where('subscriptions.push_url', 'is not', null)
        .where('leased', '=', false)
        .where((eb) => eb.and(ofReceipt(eb, filter)))
        .forUpdate('push_outbox')
      const result = await tables
        .with('chosen', () => chosen)
        .updateTable('push_outbox')
        .from('chosen')
        .set((eb) => ({
          url: sql<string>`${eb.ref('chosen.push_url')}`,
          due_at: clock.now(),
          attempts: 0,
          delivered: false,
          settled_at: null,
        }))
        .whereRef('push_outbox.id', '=', 'chosen.id')
        .executeTakeFirst()
      return Number(result.numUpdatedRows)
    },
  }
}

/** What a filter says about rows of `push_outbox`. */
function ofReceipt(eb: ExpressionBuilder<Schema, 'push_outbox'>, filter: PushFilter): Expression<SqlBool>[] {
  const conditions: Expression<SqlBool>[] = []
  if (filter.ids !== undefined) conditions.push(eb('push_outbox.id', 'in', numbersOf(filter.ids)))
  if (filter.callId !== undefined) conditions.push(eb('push_outbox.call_id', '=', filter.callId))
  if (filter.messageType !== undefined) conditions.push(eb('push_outbox.message_type', '=', filter.messageType))
  if (filter.from !== undefined) conditions.push(eb('push_outbox.created_at', '>=', filter.from))
  if (filter.to !== undefined) conditions.push(eb('push_outbox.created_at', '<', filter.to))
  if (filter.state === 'waiting') conditions.push(eb('push_outbox.due_at', 'is not', null))
  else if (filter.state !== undefined) {
    conditions.push(eb('push_outbox.due_at', 'is', null))
    conditions.push(eb('push_outbox.delivered', '=', filter.state === 'delivered'))
  }
  return conditions
}

/** Ids as numbers; a text that is no id becomes one that no row has. An empty list finds nothing. */
function numbersOf(ids: readonly string[] = []): number[] {
  return ids.length === 0 ? [0] : ids.map(idOf)
}

function idOf(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : 0
}

function receiptOf(row: Selectable<Schema['push_outbox']>): PushedReceipt {
  return {
    id: String(row.id),
    messageType: row.message_type,
    callId: row.call_id,
    url: row.url,
    body: row.body,
    state: stateOf(row),
    attempts: row.attempts,
    queuedAt: row.created_at,
    dueAt: row.due_at ?? undefined,
    settledAt: row.settled_at ?? undefined,
  }
}

function stateOf(row: { due_at: number | null; delivered: boolean }): PushState {
  if (row.due_at !== null) return 'waiting'
  return row.delivered ? 'delivered' : 'givenUp'
}

function attemptOf(row: Selectable<Schema['push_attempts']>): LoggedAttempt {
  return {
    id: String(row.id),
    pushId: String(row.push_id),
    messageType: row.message_type,
    callId: row.call_id,
    madeAt: row.made_at,
    latencyMs: row.latency_ms,
    status: row.status ?? undefined,
    delivered: row.delivered,
    error: row.error ?? undefined,
    answer: row.answer,
  }
}
