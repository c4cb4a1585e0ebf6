import type { QueueMessage } from '../../receipts/ports.ts'
import { element, type XmlElement } from '../xml.ts'
import { md5Hex } from './content-md5.ts'
import type { MnsError } from './mns-errors.ts'

/** What an operation answers: a status, and XML unless the status says it all. */
export interface MnsAnswer {
  readonly status: number
  readonly xml?: XmlElement
}

const namespace = { xmlns: 'http://mns.aliyuncs.com/doc/v1/' }

/** Answer of ReceiveMessage. */
export function oneMessage(message: QueueMessage): MnsAnswer {
  return { status: 200, xml: element('Message', messageFields(message), namespace) }
}

/** Answer of BatchReceiveMessage. */
export function manyMessages(messages: readonly QueueMessage[]): MnsAnswer {
  const each = messages.map((message) => element('Message', messageFields(message)))
  return { status: 200, xml: element('Messages', each, namespace) }
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
 * All fields, since some parsers fail when one is missing. The body is base64 of the JSON text in UTF-8; its digest
 * is that of the base64 text.
 */
function messageFields(message: QueueMessage): XmlElement[] {
  const body = Buffer.from(message.body, 'utf8').toString('base64')
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
