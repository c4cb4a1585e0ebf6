import type { QueueMessage } from '../../receipts/ports.ts'
import { manyMessages, oneMessage } from './answers.ts'
import { MnsError } from './mns-errors.ts'
import { largestBatch, type QueueParts, type QueueRequest, type RunOperation } from './operation.ts'
import { integerParameter } from './request-target.ts'

const longestWaitSeconds = 30

/** ReceiveMessage: one message, or MessageNotExist after `waitseconds`. */
export const receiveMessage: RunOperation = async (request, parts) => {
  const [message] = await receive(request, parts, 1)
  if (message === undefined) throw new MnsError('MessageNotExist')
  return oneMessage(message)
}

/** BatchReceiveMessage: up to `numOfMessages` messages; it does not wait for more once there is one. */
export const batchReceiveMessage: RunOperation = async (request, parts) => {
  const max = integerParameter(request.query, 'numOfMessages', 1, largestBatch) ?? 1
  const messages = await receive(request, parts, max)
  if (messages.length === 0) throw new MnsError('MessageNotExist')
  return manyMessages(messages)
}

async function receive(request: QueueRequest, parts: QueueParts, max: number): Promise<QueueMessage[]> {
  const { queues, longPoll, visibilitySeconds } = parts
  const waitSeconds = integerParameter(request.query, 'waitseconds', 0, longestWaitSeconds) ?? 0
  const messages = await queues.receive(request.queue, max, visibilitySeconds)
  if (messages.length > 0) return messages
  // Asked only now: a queue with messages in it exists.
  if (!(await queues.exists(request.queue))) throw new MnsError('QueueNotExist')
  return waitSeconds === 0 ? [] : longPoll.wait(request.queue, max, waitSeconds, request.gone)
}
