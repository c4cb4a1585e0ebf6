import { lowestPriority, queueNumbers, usualPriority } from '../../domain/receipt/queue.ts'
import type { NewMessage, Queue } from '../../receipts/ports.ts'
import { manySent, oneSent } from './answers.ts'
import { MnsError } from './mns-errors.ts'
import { largestBatch, type RunOnQueue } from './operation.ts'
import { readXml, type XmlNode } from './xml-reader.ts'
import { integerElement } from './xml-values.ts'

/** All bodies of one request together, UTF-8 bytes (reference, BatchSendMessage). */
const largestTotalBytes = 65_536

/** SendMessage and BatchSendMessage: `<Message>`, or up to 16 of them in `<Messages>`. All are taken, or none. */
export const sendMessages: RunOnQueue = async ({ queue, body }, { queues, bus }) => {
  if (queue.holdsReceipts) {
    throw new MnsError('AccessDenied', 'Receipt queues are filled by the service: they cannot be sent to.')
  }
  const root = readXml(body)
  const messages = readMessages(root).map((node) => readMessage(node, queue))
  const total = messages.reduce((sum, message) => sum + Buffer.byteLength(message.body), 0)
  if (total > largestTotalBytes) {
    throw new MnsError('InvalidArgument', `The messages of one request have ${largestTotalBytes} bytes at most.`)
  }
  const sent = await queues.send(queue.key, messages, queue.attributes.retentionSeconds)
  bus.emit('receipts.queued', { queues: [queue.key] })
  const answers = sent.map((one, index) => ({ ...one, body: messages[index]?.body ?? '' }))
  const [only] = answers
  return root.name === 'Message' && only !== undefined ? oneSent(only) : manySent(answers)
}

function readMessages(root: XmlNode): readonly XmlNode[] {
  if (root.name === 'Message') return [root]
  if (root.name !== 'Messages') throw new MnsError('MalformedXML', 'The body must be <Message> or <Messages>.')
  const messages = root.children.filter((one) => one.name === 'Message')
  if (messages.length === 0 || messages.length > largestBatch) {
    throw new MnsError('InvalidArgument', `A request has 1 to ${largestBatch} messages.`)
  }
  return messages
}

/** The body is kept as it is, base64 or not. */
function readMessage(node: XmlNode, { attributes }: Queue): NewMessage {
  const body = node.children.find((one) => one.name === 'MessageBody')?.text ?? ''
  const bytes = Buffer.byteLength(body)
  if (bytes === 0) throw new MnsError('InvalidArgument', 'MessageBody is required.')
  if (bytes > attributes.maximumMessageBytes) {
    const limit = attributes.maximumMessageBytes
    throw new MnsError('InvalidArgument', `MessageBody has ${limit} bytes at most in this queue.`)
  }
  const { min, max } = queueNumbers.delaySeconds
  return {
    body,
    delaySeconds: integerElement(node, 'DelaySeconds', min, max) ?? attributes.delaySeconds,
    priority: integerElement(node, 'Priority', 1, lowestPriority) ?? usualPriority,
  }
}
