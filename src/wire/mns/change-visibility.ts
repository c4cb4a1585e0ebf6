import { queueNumbers } from '../../domain/receipt/queue.ts'
import { changedVisibility } from './answers.ts'
import { MnsError } from './mns-errors.ts'
import type { RunOnQueue } from './operation.ts'
import { integerParameter } from './request-target.ts'

/** ChangeMessageVisibility: a received message stays hidden for another while, counted from now. */
export const changeMessageVisibility: RunOnQueue = async ({ queue, query }, { queues }) => {
  const handle = query.get('receipthandle')
  if (handle === undefined || handle === '') throw new MnsError('MissingReceiptHandle')
  const { min, max } = queueNumbers.visibilitySeconds
  const seconds = integerParameter(query, 'VisibilityTimeout', min, max)
  if (seconds === undefined) throw new MnsError('MissingVisibilityTimeout')
  if (!/^1-[A-Za-z0-9+/]+={0,2}$/.test(handle)) throw new MnsError('ReceiptHandleError')
  const hidden = await queues.hide(queue.key, handle, seconds)
  // The reference: a handle that is used after its time finds no message.
  if (hidden === undefined) throw new MnsError('MessageNotExist')
  return changedVisibility(hidden.receiptHandle, hidden.nextVisibleAt)
}
