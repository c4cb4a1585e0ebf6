import { randomBytes } from 'node:crypto'
import type { MessageType } from '../../domain/receipt/receipt.ts'
import { pushSecretPurpose } from '../receipts/push-secret.ts'
import type { AdminContext } from './admin-context.ts'
import { demand, demandChanged, orRefuse } from './admin-refused.ts'

/** Where the receipts of one kind go: into the account's queue, to a URL, to both, or nowhere. */
export interface Subscription {
  readonly queue: boolean
  /** `http:` or `https:`, 2,000 bytes at most. */
  readonly pushUrl?: string
}

/** A subscription as it is kept. */
export interface KeptSubscription extends Subscription {
  readonly messageType: string
  /** Whether pushes carry a signature. */
  readonly signed: boolean
}

/** Subscriptions per account and message type. @throws {AdminRefused} from every method that changes something */
export interface Subscriptions {
  /** Creates or replaces; whether pushes are signed stays as it is. Receipts that are waiting already keep their way. */
  set(accountId: string, messageType: MessageType, subscription: Subscription): Promise<void>
  list(accountId: string): Promise<KeptSubscription[]>
  /** Signs pushes of this type from now on, with a new secret, which is shown here and never again. */
  sign(accountId: string, messageType: MessageType): Promise<string>
  /** Pushes of this type carry no signature any more. */
  stopSigning(accountId: string, messageType: MessageType): Promise<void>
}

/** Index rows of PostgreSQL hold 2,704 bytes; the account and two numbers go beside the URL. */
const longestUrlBytes = 2_000

export function createSubscriptions({ tables, seal, changed }: AdminContext): Subscriptions {
  const setSecret = async (accountId: string, messageType: MessageType, sealed: string | null) => {
    const query = tables
      .updateTable('subscriptions')
      .set({ sealed_push_secret: sealed })
      .where('account_id', '=', accountId)
      .where('message_type', '=', messageType)
    const what = `subscription ${messageType} of account ${accountId}`
    demandChanged((await query.executeTakeFirstOrThrow()).numUpdatedRows, what)
    changed()
  }
  return {
    async set(accountId, messageType, { queue, pushUrl }) {
      demand(pushUrl === undefined || isHttpUrl(pushUrl), 'A push URL begins with http:// or https://.')
      demand(Buffer.byteLength(pushUrl ?? '') <= longestUrlBytes, `A push URL has ${longestUrlBytes} bytes at most.`)
      const wanted = { queue, push_url: pushUrl ?? null }
      const insert = tables
        .insertInto('subscriptions')
        .values({ account_id: accountId, message_type: messageType, ...wanted, sealed_push_secret: null })
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
        signed: row.sealed_push_secret !== null,
      }))
    },

    async sign(accountId, messageType) {
      const secret = randomBytes(32).toString('base64url')
      await setSecret(accountId, messageType, seal.seal(secret, pushSecretPurpose(accountId, messageType)))
      return secret
    },

    stopSigning: (accountId, messageType) => setSecret(accountId, messageType, null),
  }
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol)
}
