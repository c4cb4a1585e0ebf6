import type { MessageType } from '../../domain/receipt/receipt.ts'
import type { AdminContext } from './admin-context.ts'
import { demand, orRefuse } from './admin-refused.ts'

/** Where the receipts of one kind go: into the account's queue, to a URL, to both, or nowhere. */
export interface Subscription {
  readonly queue: boolean
  /** `http:` or `https:`. */
  readonly pushUrl?: string
}

/** Subscriptions per account and message type. @throws {AdminRefused} from every method that changes something */
export interface Subscriptions {
  /** Creates or replaces. Receipts that are waiting already keep their way. */
  set(accountId: string, messageType: MessageType, subscription: Subscription): Promise<void>
  list(accountId: string): Promise<(Subscription & { messageType: string })[]>
}

export function createSubscriptions({ tables, changed }: AdminContext): Subscriptions {
  return {
    async set(accountId, messageType, { queue, pushUrl }) {
      demand(pushUrl === undefined || isHttpUrl(pushUrl), 'A push URL begins with http:// or https://.')
      const wanted = { queue, push_url: pushUrl ?? null }
      const insert = tables
        .insertInto('subscriptions')
        .values({ account_id: accountId, message_type: messageType, ...wanted })
        .onConflict((conflict) => conflict.columns(['account_id', 'message_type']).doUpdateSet(wanted))
      await orRefuse(insert.execute(), accountId, `Subscription ${messageType}`)
      changed()
    },

    async list(accountId) {
      const query = tables.selectFrom('subscriptions').selectAll().where('account_id', '=', accountId)
      const rows = await query.orderBy('message_type').execute()
      return rows.map((row) => ({
        messageType: row.message_type,
        queue: row.queue,
        ...(row.push_url === null ? {} : { pushUrl: row.push_url }),
      }))
    },
  }
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol)
}
