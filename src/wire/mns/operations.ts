import { changeMessageVisibility } from './change-visibility.ts'
import { batchDeleteMessage, deleteMessage } from './delete-messages.ts'
import { createQueue, deleteQueue, listQueue } from './manage-queues.ts'
import { MnsError } from './mns-errors.ts'
import type { RunOnAccount, RunOnQueue } from './operation.ts'
import { peekMessages } from './peek-messages.ts'
import { getQueueAttributes, setQueueAttributes } from './queue-attributes.ts'
import { batchReceiveMessage, receiveMessage } from './receive-messages.ts'
import type { MnsQuery, MnsResource } from './request-target.ts'
import { sendMessages } from './send-messages.ts'

/** One operation of the queue protocol and how a request is recognised as it. */
export type OperationRow = {
  readonly name: string
  readonly method: string
  readonly on: MnsResource['kind']
  /** Parameters that tell it from the rows below. */
  readonly when?: readonly string[]
  /** Whether a token of QueryTokenForMnsQueue is good for it. */
  readonly fetchesReceipts?: true
} & ({ readonly runOnQueue: RunOnQueue } | { readonly runOnAccount: RunOnAccount })

const fetching = { fetchesReceipts: true } as const
const onMessages = { on: 'messages' } as const

/** The first row that fits is the operation. Sending has one row: the body tells one message from many. */
export const operations: readonly OperationRow[] = [
  {
    ...{ name: 'BatchPeekMessage', method: 'GET', when: ['peekonly', 'numofmessages'] },
    ...{ ...onMessages, ...fetching, runOnQueue: peekMessages },
  },
  { name: 'PeekMessage', method: 'GET', ...onMessages, when: ['peekonly'], ...fetching, runOnQueue: peekMessages },
  {
    ...{ name: 'BatchReceiveMessage', method: 'GET', when: ['numofmessages'] },
    ...{ ...onMessages, ...fetching, runOnQueue: batchReceiveMessage },
  },
  { name: 'ReceiveMessage', method: 'GET', ...onMessages, ...fetching, runOnQueue: receiveMessage },
  {
    ...{ name: 'DeleteMessage', method: 'DELETE', when: ['receipthandle'] },
    ...{ ...onMessages, ...fetching, runOnQueue: deleteMessage },
  },
  { name: 'BatchDeleteMessage', method: 'DELETE', ...onMessages, ...fetching, runOnQueue: batchDeleteMessage },
  { name: 'ChangeMessageVisibility', method: 'PUT', ...onMessages, ...fetching, runOnQueue: changeMessageVisibility },
  { name: 'SendMessage', method: 'POST', ...onMessages, runOnQueue: sendMessages },
  { name: 'ListQueue', method: 'GET', on: 'queues', runOnAccount: listQueue },
  { name: 'GetQueueAttributes', method: 'GET', on: 'queue', ...fetching, runOnQueue: getQueueAttributes },
  { name: 'SetQueueAttributes', method: 'PUT', on: 'queue', when: ['metaoverride'], runOnQueue: setQueueAttributes },
  { name: 'CreateQueue', method: 'PUT', on: 'queue', runOnAccount: createQueue },
  { name: 'DeleteQueue', method: 'DELETE', on: 'queue', runOnQueue: deleteQueue },
]

/**
 * Which operation a request asks for.
 *
 * @throws {MnsError} UnsupportedOperation, naming what there is
 */
export function findOperation(method: string, resource: MnsResource, query: MnsQuery): OperationRow {
  const row = operations.find(
    (one) =>
      one.method === method && one.on === resource.kind && (one.when ?? []).every((parameter) => query.has(parameter)),
  )
  if (row !== undefined) return row
  const names = operations.map((one) => one.name).join(', ')
  throw new MnsError('UnsupportedOperation', `${method} on ${resource.kind} is not supported. There are: ${names}.`)
}
