import type { IncomingHttpHeaders } from 'node:http'
import type { EventBus } from '../../events/event-bus.ts'
import type { Queue, QueueRegister, ReceiptQueues } from '../../receipts/ports.ts'
import type { MnsAnswer } from './answers.ts'
import type { LongPoll } from './long-poll.ts'
import type { MnsQuery } from './request-target.ts'

/** An authenticated and authorised request. */
export interface AccountRequest {
  readonly accountId: string
  /** The queue's name in the path; empty for `/queues`. */
  readonly name: string
  readonly query: MnsQuery
  readonly headers: IncomingHttpHeaders
  /** Empty when there was none. */
  readonly body: Uint8Array
  /** Where the client reached us, `http://127.0.0.1:8080`. */
  readonly origin: string
  /** Aborted when the client's connection is gone. */
  readonly gone: AbortSignal
}

/** A request to a queue of the caller. */
export interface QueueRequest extends AccountRequest {
  readonly queue: Queue
}

/** What operations work with. */
export interface QueueParts {
  readonly register: QueueRegister
  readonly queues: ReceiptQueues
  readonly longPoll: LongPoll
  readonly bus: EventBus
}

/** Does one operation on a queue that exists. @throws {MnsError} */
export type RunOnQueue = (request: QueueRequest, parts: QueueParts) => Promise<MnsAnswer>

/** Does one operation on the queues of an account. @throws {MnsError} */
export type RunOnAccount = (request: AccountRequest, parts: QueueParts) => Promise<MnsAnswer>

/** Most messages in one request (reference, batch operations). */
export const largestBatch = 16
