import { judge } from '../../domain/policy/judge.ts'
import type { QueueCredentials } from '../../receipts/ports.ts'
import type { MnsCaller } from './authenticate.ts'
import { MnsError } from './mns-errors.ts'

/** What somebody wants to do. */
export interface QueueWish {
  /** The operation's name. */
  readonly operation: string
  /** Path of what it is done to, `/queues/jobs/messages`. */
  readonly path: string
  /** Fetching receipts is all that a token of QueryTokenForMnsQueue is good for. */
  readonly fetchesReceipts: boolean
}

/**
 * Whether the caller may: an account everything with its own queues, a receipt token the fetching of receipts, a user
 * what his policies allow (`mns:ReceiveMessage` on `acs:mns:cn-hangzhou:<account>:/queues/…`).
 *
 * @throws {MnsError} AccessDenied
 */
export async function authorize(caller: MnsCaller, wish: QueueWish, credentials: QueueCredentials): Promise<void> {
  if (caller.isReceiptToken && !wish.fetchesReceipts) {
    throw new MnsError('AccessDenied', `A token for receipts is good for fetching receipts, not for ${wish.operation}.`)
  }
  if (caller.userName === undefined) return
  const user = await credentials.user(caller.accountId, caller.userName)
  const action = `mns:${wish.operation}`
  const resource = `acs:mns:cn-hangzhou:${caller.accountId}:${wish.path}`
  if (judge(user?.statements ?? [], { action, resource }) !== 'allowed') {
    throw new MnsError('AccessDenied', `No policy allows ${action} on ${wish.path}.`)
  }
}
