import type { Queue, QueueMessage, SentMessage } from '../../receipts/ports.ts'
import { element, type XmlElement } from '../xml.ts'
import { md5Hex } from './content-md5.ts'
import type { MnsError } from './mns-errors.ts'

/** What an operation answers: a status, and XML unless the status says it all. */
export interface MnsAnswer {
  readonly status: number
  readonly xml?: XmlElement
  /** The Location header. */
  readonly location?: string
}

/** Of every root element. */
export const namespace = { xmlns: 'http://mns.aliyuncs.com/doc/v1/' }

/** Answer of ReceiveMessage. */
export function oneMessage(queue: Queue, message: QueueMessage): MnsAnswer {
  return { status: 200, xml: element('Message', messageFields(queue, message), namespace) }
}

/** Answer of BatchReceiveMessage. */
export function manyMessages(queue: Queue, messages: readonly QueueMessage[]): MnsAnswer {
  const each = messages.map((message) => element('Message', messageFields(queue, message)))
  return { status: 200, xml: element('Messages', each, namespace) }
}

/** Answer of PeekMessage. */
export function onePeeked(queue: Queue, message: QueueMessage): MnsAnswer {
  return { status: 200, xml: element('Message', peekedFields(queue, message), namespace) }
}

/** Answer of BatchPeekMessage. */
export function manyPeeked(queue: Queue, messages: readonly QueueMessage[]): MnsAnswer {
  const each = messages.map((message) => element('Message', peekedFields(queue, message)))
  return { status: 200, xml: element('Messages', each, namespace) }
}

/** Answer of SendMessage. */
export function oneSent(message: SentMessage & { body: string }): MnsAnswer {
  return { status: 201, xml: element('Message', sentFields(message), namespace) }
}

/** Answer of BatchSendMessage. */
export function manySent(messages: readonly (SentMessage & { body: string })[]): MnsAnswer {
  const each = messages.map((message) => element('Message', sentFields(message)))
  return { status: 201, xml: element('Messages', each, namespace) }
}

/** Answer of ChangeMessageVisibility. @param nextVisibleAt wall milliseconds */
export function changedVisibility(receiptHandle: string, nextVisibleAt: number): MnsAnswer {
  const fields = [element('ReceiptHandle', receiptHandle), element('NextVisibleTime', nextVisibleAt)]
  return { status: 200, xml: element('ChangeVisibility', fields, namespace) }
}

/** Answer of BatchDeleteMessage when some handles were not valid; the other messages are gone. */
export function badHandles(receiptHandles: readonly string[], error: MnsError): MnsAnswer {
  const each = receiptHandles.map((handle) =>
    element('Error', [
      element('ErrorCode', error.code),
      element('ErrorMessage', error.message),
      element('ReceiptHandle', handle),
    ]),
  )
  return { status: 404, xml: element('Errors', each, namespace) }
}

/** Answer of every refused request. All four fields are always there: parsers in the field need them. */
export function errorAnswer(error: MnsError, requestId: string, hostId: string): MnsAnswer {
  const fields = [
    element('Code', error.code),
    element('Message', error.message),
    element('RequestId', requestId),
    element('HostId', hostId),
  ]
  return { status: error.status, xml: element('Error', fields, namespace) }
}

/**
 * All fields, since some parsers fail when one is missing. A receipt's body is base64 of the JSON text in UTF-8; in a
 * queue of the account's own it is what was sent. Its digest is that of the text as it is shown.
 */
function messageFields(queue: Queue, message: QueueMessage): XmlElement[] {
  const body = shownBody(queue, message)
  return [
    element('MessageId', message.messageId),
    element('ReceiptHandle', message.receiptHandle),
    element('MessageBody', body),
    element('MessageBodyMD5', md5Hex(body)),
    element('EnqueueTime', message.enqueuedAt),
    element('FirstDequeueTime', message.firstDequeuedAt),
    element('NextVisibleTime', message.nextVisibleAt),
    element('DequeueCount', message.dequeueCount),
    element('Priority', message.priority),
  ]
}

/** Without what only a receive gives. */
function peekedFields(queue: Queue, message: QueueMessage): XmlElement[] {
  const hidden = ['ReceiptHandle', 'NextVisibleTime']
  return messageFields(queue, message).filter((one) => !hidden.includes(one.name))
}

function sentFields({ messageId, body, receiptHandle }: SentMessage & { body: string }): XmlElement[] {
  const handle = receiptHandle === undefined ? [] : [element('ReceiptHandle', receiptHandle)]
  return [element('MessageId', messageId), element('MessageBodyMD5', md5Hex(body)), ...handle]
}

function shownBody({ holdsReceipts }: Queue, { body }: QueueMessage): string {
  return holdsReceipts ? Buffer.from(body, 'utf8').toString('base64') : body
}
