import type { AccessKey, QueueToken } from '../domain/account/account.ts'
import type { Receipt } from '../domain/receipt/receipt.ts'
import type { CallRecord } from '../records/call-record.ts'

/** What records and receipts ask of the store. */

/** Closes calls and queues receipts, durably. */
export interface ReceiptOutbox {
  /**
   * In one transaction: the call is closed, its record written, its receipts put into the queue and the push outbox of
   * each subscription. A call that already has a record is left as it is. Concurrent calls share one commit.
   */
  finish(record: CallRecord, receipts: readonly Receipt[]): Promise<void>
  /** Receipts of a call that goes on (VoiceCallReport). */
  report(receipts: readonly Receipt[]): Promise<void>
}

/** A message as the MNS protocol shows it. Times are wall milliseconds. */
export interface QueueMessage {
  readonly messageId: string
  readonly receiptHandle: string
  /** The JSON text, not base64. */
  readonly body: string
  readonly enqueuedAt: number
  readonly firstDequeuedAt: number
  readonly nextVisibleAt: number
  readonly dequeueCount: number
  readonly priority: number
}

/** The receipt queues. A queue exists for an account and type once its subscription names it. */
export interface ReceiptQueues {
  exists(queue: string): Promise<boolean>
  /** Takes up to `max` visible messages and hides them for `visibilitySeconds`. Empty when there is none. */
  receive(queue: string, max: number, visibilitySeconds: number): Promise<QueueMessage[]>
  /** @returns for each handle whether it was valid and its message is gone. */
  remove(queue: string, receiptHandles: readonly string[]): Promise<boolean[]>
}

/** Who may use the queues: account keys and temporary tokens. */
export interface QueueCredentials {
  accessKey(accessKeyId: string): Promise<AccessKey | undefined>
  /** A temporary token by its AccessKeyId, expired ones included. */
  token(accessKeyId: string): Promise<QueueToken | undefined>
}

/** One receipt on its way to an HTTP endpoint. */
export interface PushItem {
  readonly id: string
  readonly accountId: string
  readonly messageType: string
  readonly callId: string
  readonly url: string
  /** JSON text of one object. */
  readonly body: string
  /** How many attempts were made before. */
  readonly attempts: number
}

/** Receipts waiting to be pushed. */
export interface PushOutbox {
  /**
   * Takes due items, the oldest first, and leases them for `leaseMs`: nobody else gets them meanwhile.
   *
   * @param exceptUrls targets that have enough items in hand: nothing for them is taken, so that a receiver that is
   *   dead or slow does not fill the claim of the others
   */
  claim(limit: number, leaseMs: number, exceptUrls?: readonly string[]): Promise<PushItem[]>
  /**
   * Ends the lease. Delivered: done. Otherwise `retryAt` (wall milliseconds) says when it is due again, and without it
   * the item is given up; `error` is kept for the operator. Attempts are counted when they are claimed.
   */
  settle(results: readonly PushSettlement[]): Promise<void>
}

export interface PushSettlement {
  readonly id: string
  readonly result: { delivered: true } | { delivered: false; retryAt: number | undefined; error: string }
}
