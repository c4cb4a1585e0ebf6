import type { QueueMessage } from '../../receipts/ports.ts'
import { manyMessages, oneMessage } from './answers.ts'
import { MnsError } from './mns-errors.ts'
import { largestBatch, type QueueParts, type QueueRequest, type RunOnQueue } from './operation.ts'
import { integerParameter } from './request-target.ts'

const longestWaitSeconds = 30

/** ReceiveMessage: one message, or MessageNotExist after the wait. */
export const receiveMessage: RunOnQueue = async (request, parts) => {
  const [message] = await receive(request, parts, 1)
  if (message === undefined) throw new MnsError('MessageNotExist')
  return oneMessage(request.queue, message)
}

/** BatchReceiveMessage: up to `numOfMessages` messages; it does not wait for more once there is one. */
export const batchReceiveMessage: RunOnQueue = async (request, parts) => {
  const max = integerParameter(request.query, 'numOfMessages', 1, largestBatch) ?? 1
  const messages = await receive(request, parts, max)
  if (messages.length === 0) throw new MnsError('MessageNotExist')
  return manyMessages(request.queue, messages)
}

/** A request that does not say how long it waits waits as long as the queue says. */
async function receive({ queue, query, gone }: QueueRequest, parts: QueueParts, max: number): Promise<QueueMessage[]> {
  const { pollingWaitSeconds, visibilitySeconds } = queue.attributes
  const waitSeconds = integerParameter(query, 'waitseconds', 0, longestWaitSeconds) ?? pollingWaitSeconds
  const messages = await parts.queues.receive(queue.key, max, visibilitySeconds)
  if (messages.length > 0 || waitSeconds === 0) return messages
  return parts.longPoll.wait(queue, max, waitSeconds, gone)
}
