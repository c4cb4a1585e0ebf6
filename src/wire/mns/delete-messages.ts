import { badHandles } from './answers.ts'
import { MnsError } from './mns-errors.ts'
import { largestBatch, type QueueParts, type QueueRequest, type RunOnQueue } from './operation.ts'
import { readXml } from './xml-reader.ts'

/** DeleteMessage: the message is done with. */
export const deleteMessage: RunOnQueue = async (request, parts) => {
  const handle = request.query.get('receipthandle')
  if (handle === undefined || handle === '') throw new MnsError('MissingReceiptHandle')
  const invalid = await remove(request, parts, [handle])
  if (invalid.length > 0) throw new MnsError('ReceiptHandleError')
  return { status: 204 }
}

/** BatchDeleteMessage: up to 16 handles in the body. Those that were not valid are listed; the rest are gone. */
export const batchDeleteMessage: RunOnQueue = async (request, parts) => {
  const invalid = await remove(request, parts, readHandles(request.body))
  if (invalid.length === 0) return { status: 204 }
  return badHandles(invalid, new MnsError('ReceiptHandleError'))
}

/** @returns the handles that were not valid. */
async function remove({ queue }: QueueRequest, { queues }: QueueParts, handles: string[]): Promise<string[]> {
  const gone = await queues.remove(queue.key, handles)
  return handles.filter((_, index) => gone[index] !== true)
}

/** `<ReceiptHandles><ReceiptHandle>…</ReceiptHandle>…</ReceiptHandles>` */
function readHandles(body: Uint8Array): string[] {
  const root = readXml(body)
  if (root.name !== 'ReceiptHandles') throw new MnsError('MalformedXML', 'The body must be <ReceiptHandles>.')
  const handles = root.children.filter((one) => one.name === 'ReceiptHandle').map((one) => one.text.trim())
  if (handles.length === 0 || handles.includes('')) throw new MnsError('MissingReceiptHandle')
  if (handles.length > largestBatch) {
    throw new MnsError('InvalidArgument', `At most ${largestBatch} receipt handles may be sent at once.`)
  }
  return handles
}
