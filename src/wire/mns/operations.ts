import { batchDeleteMessage, deleteMessage } from './delete-messages.ts'
import { MnsError } from './mns-errors.ts'
import type { RunOperation } from './operation.ts'
import { batchReceiveMessage, receiveMessage } from './receive-messages.ts'
import type { MnsQuery, MnsResource } from './request-target.ts'

/** One operation of the queue protocol and how a request is recognised as it. */
interface OperationRow {
  readonly name: string
  readonly method: string
  readonly on: MnsResource['kind']
  /** A parameter that tells it from the rows below. */
  readonly when?: string
  /** Absent: known and refused. Receipt queues come with a subscription and are only consumed. */
  readonly run?: RunOperation
}

/** The first row that fits is the operation. */
const operations: readonly OperationRow[] = [
  { name: 'PeekMessage', method: 'GET', on: 'messages', when: 'peekonly' },
  { name: 'BatchReceiveMessage', method: 'GET', on: 'messages', when: 'numofmessages', run: batchReceiveMessage },
  { name: 'ReceiveMessage', method: 'GET', on: 'messages', run: receiveMessage },
  { name: 'DeleteMessage', method: 'DELETE', on: 'messages', when: 'receipthandle', run: deleteMessage },
  { name: 'BatchDeleteMessage', method: 'DELETE', on: 'messages', run: batchDeleteMessage },
  { name: 'ChangeMessageVisibility', method: 'PUT', on: 'messages' },
  { name: 'SendMessage', method: 'POST', on: 'messages' },
  { name: 'ListQueue', method: 'GET', on: 'queues' },
  { name: 'GetQueueAttributes', method: 'GET', on: 'queue' },
  { name: 'SetQueueAttributes', method: 'PUT', on: 'queue', when: 'metaoverride' },
  { name: 'CreateQueue', method: 'PUT', on: 'queue' },
  { name: 'DeleteQueue', method: 'DELETE', on: 'queue' },
]

const supported = operations.filter((row) => row.run !== undefined).map((row) => row.name)

/**
 * Which operation a request asks for.
 *
 * @throws {MnsError} UnsupportedOperation, naming the operation and those that are supported
 */
export function findOperation(
  method: string,
  resource: MnsResource,
  query: MnsQuery,
): { queue: string; run: RunOperation } {
  const row = operations.find(
    (one) => one.method === method && one.on === resource.kind && (one.when === undefined || query.has(one.when)),
  )
  if (row?.run === undefined || resource.kind === 'queues') {
    const asked = row?.name ?? `${method} on ${resource.kind}`
    throw new MnsError(
      'UnsupportedOperation',
      `${asked} is not supported. Receipt queues come with a subscription and are only consumed: ${supported.join(', ')}.`,
    )
  }
  return { queue: resource.queue, run: row.run }
}
