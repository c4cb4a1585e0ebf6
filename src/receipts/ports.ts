import type { AccessKey, Account, QueueToken } from '../domain/account/account.ts'
import type { TemporaryKey } from '../domain/account/temporary-key.ts'
import type { User } from '../domain/account/user.ts'
import type { QueueAttributes } from '../domain/receipt/queue.ts'
import type { MessageType, Receipt } from '../domain/receipt/receipt.ts'
import type { CallRecord } from '../records/call-record.ts'

/** What records, receipts and the queue protocol ask of the store. */

/** Closes calls and queues receipts, durably. */
export interface ReceiptOutbox {
  /**
   * In one transaction: the call is closed, its record written, its receipts put into the queue and the push outbox of
   * each subscription. A call that already has a record is left as it is. Concurrent calls share one commit.
   */
  finish(record: CallRecord, receipts: readonly Receipt[]): Promise<void>
  /** Receipts of a call that goes on (VoiceCallReport), or that come after it (VoiceRecordReport). */
  report(receipts: readonly Receipt[]): Promise<void>
}

/** A queue of an account. Times are wall milliseconds. */
export interface Queue {
  /** What messages and `receipts.queued` call it; the name, for a receipt queue. */
  readonly key: string
  readonly accountId: string
  readonly name: string
  /** It comes with a subscription; otherwise it is the account's own. */
  readonly holdsReceipts: boolean
  readonly attributes: QueueAttributes
  readonly createdAt: number
  readonly modifiedAt: number
}

/** How many messages a queue has. */
export interface QueueCounts {
  /** To be had now. */
  readonly active: number
  /** Received and hidden. */
  readonly inactive: number
  /** Sent and not to be seen yet. */
  readonly delayed: number
}

/** The queues themselves. Reads follow changes on other nodes within a second. */
export interface QueueRegister {
  find(accountId: string, name: string): Promise<Queue | undefined>
  /** By name, those that begin with `prefix` and come after the name `after`. */
  list(accountId: string, page: { prefix: string; after: string; limit: number }): Promise<Queue[]>
  /** Makes a queue of the account's own. */
  create(accountId: string, name: string, attributes: QueueAttributes): Promise<'created' | 'exists' | 'tooMany'>
  configure(queue: Queue, changes: Partial<QueueAttributes>): Promise<void>
  /** Removes a queue of the account's own, and what is in it. */
  remove(queue: Queue): Promise<void>
  counts(queue: Queue): Promise<QueueCounts>
}

/** A message as the MNS protocol shows it. Times are wall milliseconds. */
export interface QueueMessage {
  readonly messageId: string
  readonly receiptHandle: string
  /** In a receipt queue the JSON text, not base64; otherwise the text that was sent. */
  readonly body: string
  readonly enqueuedAt: number
  /** 0 when it was never received. */
  readonly firstDequeuedAt: number
  readonly nextVisibleAt: number
  readonly dequeueCount: number
  readonly priority: number
}

/** A message to be sent to a queue of an account's own. */
export interface NewMessage {
  readonly body: string
  readonly delaySeconds: number
  /** 1 (highest) to 16. */
  readonly priority: number
}

/** A message that is on disk. The handle of a delayed one is good until it becomes visible. */
export interface SentMessage {
  readonly messageId: string
  readonly receiptHandle: string | undefined
}

/** What is in the queues; `queue` is a queue's key. Concurrent receives, and concurrent removals, share statements. */
export interface ReceiptQueues {
  /** Takes up to `max` visible messages and hides them for `visibilitySeconds`. Empty when there is none. */
  receive(queue: string, max: number, visibilitySeconds: number): Promise<QueueMessage[]>
  /** Which of the queues have a visible message. */
  ready(queues: readonly string[]): Promise<string[]>
  /** Up to `max` visible messages, left as they are; without handles. */
  peek(queue: string, max: number): Promise<QueueMessage[]>
  /** Puts messages into a queue, all or none. One result per message, in order. */
  send(queue: string, messages: readonly NewMessage[], retentionSeconds: number): Promise<SentMessage[]>
  /** @returns for each handle whether it was valid and its message is gone. */
  remove(queue: string, receiptHandles: readonly string[]): Promise<boolean[]>
  /**
   * Hides a message that somebody has for another while, from now on. The old handle is void.
   *
   * @returns `undefined` when the handle is not good for any message of the queue
   */
  hide(
    queue: string,
    receiptHandle: string,
    visibilitySeconds: number,
  ): Promise<{ receiptHandle: string; nextVisibleAt: number } | undefined>
}

/** Who may use the queues: accounts, their users, and whoever has temporary credentials of theirs. */
export interface QueueCredentials {
  account(accountId: string): Promise<Account | undefined>
  accessKey(accessKeyId: string): Promise<AccessKey | undefined>
  /** A user with his policies. */
  user(accountId: string, userName: string): Promise<User | undefined>
  /** The temporary key of the API that a security token is, expired ones included. */
  temporaryKey(securityToken: string): TemporaryKey | undefined
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
  /** What the push is to be signed with, when its subscription says so. Never logged. */
  readonly signingSecret: string | undefined
  /** When the lease of this claim ends, wall milliseconds: tells this claim from every other of the item. */
  readonly leasedUntil: number
}

/** Whose pushes, and where to. */
export interface PushTargetKey {
  readonly accountId: string
  readonly url: string
}

/** Receipts waiting to be pushed. */
export interface PushOutbox {
  /**
   * Takes due items and leases them for `leaseMs`: nobody else gets them meanwhile. Of one target the oldest come
   * first, `perTarget` at most. An item stays behind while an earlier one of its call and URL, which is not part of the
   * same claim, waits or is in somebody's hand.
   *
   * @param except targets that have enough items in hand
   */
  claim(wanted: {
    readonly limit: number
    readonly perTarget: number
    readonly leaseMs: number
    readonly except?: readonly PushTargetKey[]
  }): Promise<PushItem[]>
  /** Gives back items that were claimed and not sent: they are due at once, and no attempt is counted. */
  release(items: readonly PushItem[]): Promise<void>
  /**
   * An attempt was made: it is counted, written to the log, and the lease of its items ends. Without effect for items
   * whose lease is not that of the claim any more, so that it may be repeated.
   */
  settle(attempt: PushAttempt): Promise<void>
}

/** One POST and what came of it. */
export interface PushAttempt {
  readonly settlements: readonly PushSettlement[]
  /** Wall milliseconds. */
  readonly madeAt: number
  readonly latencyMs: number
  /** HTTP status; absent when no answer came. */
  readonly status: number | undefined
  /** The first characters of the answer. */
  readonly answer: string
  /** Why it failed, in short; absent when the receipts were delivered. */
  readonly error: string | undefined
}

/** What an attempt means for one of its items. */
export interface PushSettlement {
  readonly item: PushItem
  /** Unless delivered: when it is due again, wall milliseconds, or absent when it is given up. */
  readonly retryAt: number | undefined
}

/** What became of a receipt that is pushed. `waiting` includes those that somebody has in hand. */
export type PushState = 'waiting' | 'delivered' | 'givenUp'

/** Which receipts or attempts of an account are meant; what is absent does not matter. Times are wall milliseconds. */
export interface PushFilter {
  readonly ids?: readonly string[]
  readonly callId?: string
  readonly messageType?: MessageType
  readonly state?: PushState
  /** Queued (receipts) or made (attempts) at this moment or later. */
  readonly from?: number
  /** Before this moment. */
  readonly to?: number
}

/** A receipt that was, or is to be, pushed. */
export interface PushedReceipt {
  readonly id: string
  readonly messageType: string
  readonly callId: string
  readonly url: string
  readonly body: string
  readonly state: PushState
  /** Since it was queued or last pushed again by hand. */
  readonly attempts: number
  /** Wall milliseconds. */
  readonly queuedAt: number
  readonly dueAt: number | undefined
  readonly settledAt: number | undefined
}

/** An attempt to push one receipt, as the log keeps it. */
export interface LoggedAttempt {
  readonly id: string
  /** The receipt's. */
  readonly pushId: string
  readonly messageType: string
  readonly callId: string
  readonly madeAt: number
  readonly latencyMs: number
  readonly status: number | undefined
  readonly delivered: boolean
  readonly error: string | undefined
  readonly answer: string
}

/** A page of a list, newest first. `before` is the id that the page before ended with. */
export interface PushPage {
  readonly limit: number
  readonly before?: string
}

/** The delivery log: what was pushed where, when, and what was answered. An account sees its own only. */
export interface PushLog {
  receipts(accountId: string, filter: PushFilter, page: PushPage): Promise<PushedReceipt[]>
  /** `state` does not apply. */
  attempts(accountId: string, filter: PushFilter, page: PushPage): Promise<LoggedAttempt[]>
  /**
   * Pushes receipts again, to the URL that their subscription has now: they are due at once, with all their attempts
   * before them. Those in somebody's hand, and those whose type is not pushed any more, are left out.
   *
   * @returns how many will be pushed
   */
  replay(accountId: string, filter: PushFilter): Promise<number>
}
