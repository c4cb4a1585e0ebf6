import { manyPeeked, onePeeked } from './answers.ts'
import { MnsError } from './mns-errors.ts'
import { largestBatch, type RunOnQueue } from './operation.ts'
import { integerParameter } from './request-target.ts'

/** PeekMessage, BatchPeekMessage: what could be received, left as it is. `peekonly=false` is refused: it would receive. */
export const peekMessages: RunOnQueue = async ({ queue, query }, { queues }) => {
  if (query.get('peekonly')?.toLowerCase() !== 'true') throw new MnsError('InvalidArgument', 'peekonly must be true.')
  const max = integerParameter(query, 'numOfMessages', 1, largestBatch)
  const messages = await queues.peek(queue.key, max ?? 1)
  const [first] = messages
  if (first === undefined) throw new MnsError('MessageNotExist')
  return max === undefined ? onePeeked(queue, first) : manyPeeked(queue, messages)
}
