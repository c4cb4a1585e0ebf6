import type { ReceiptQueues } from '../../receipts/ports.ts'
import type { MnsAnswer } from './answers.ts'
import type { LongPoll } from './long-poll.ts'
import type { MnsQuery } from './request-target.ts'

/** An authenticated request to a queue of the caller. */
export interface QueueRequest {
  readonly queue: string
  readonly query: MnsQuery
  /** Empty when there was none. */
  readonly body: Uint8Array
  /** Aborted when the client's connection is gone. */
  readonly gone: AbortSignal
}

/** What operations work with. */
export interface QueueParts {
  readonly queues: ReceiptQueues
  readonly longPoll: LongPoll
  /** How long a received message stays hidden, seconds. */
  readonly visibilitySeconds: number
}

/** Does one operation. @throws {MnsError} */
export type RunOperation = (request: QueueRequest, parts: QueueParts) => Promise<MnsAnswer>

/** Most messages in one request (reference, BatchReceiveMessage and BatchDeleteMessage). */
export const largestBatch = 16
