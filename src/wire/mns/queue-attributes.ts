import { type QueueAttributes, queueNumberFields, queueNumbers } from '../../domain/receipt/queue.ts'
import { element } from '../xml.ts'
import { namespace } from './answers.ts'
import { MnsError } from './mns-errors.ts'
import type { RunOnQueue } from './operation.ts'
import { readXml } from './xml-reader.ts'
import { booleanElement, integerElement } from './xml-values.ts'

/** GetQueueAttributes: what is set about a queue, and how full it is. Times are wall seconds, unlike a message's. */
export const getQueueAttributes: RunOnQueue = async ({ queue }, { register }) => {
  const { active, inactive, delayed } = await register.counts(queue)
  const fields = [
    element('QueueName', queue.name),
    element('CreateTime', Math.floor(queue.createdAt / 1000)),
    element('LastModifyTime', Math.floor(queue.modifiedAt / 1000)),
    ...queueNumberFields.map((field) => element(queueNumbers[field].name, queue.attributes[field])),
    element('LoggingEnabled', queue.attributes.loggingEnabled ? 'True' : 'False'),
    element('ActiveMessages', active),
    element('InactiveMessages', inactive),
    element('DelayMessages', delayed),
  ]
  return { status: 200, xml: element('Queue', fields, namespace) }
}

/** SetQueueAttributes: what the body names is changed, the rest stays. */
export const setQueueAttributes: RunOnQueue = async ({ queue, body }, { register }) => {
  await register.configure(queue, readAttributes(body))
  return { status: 204 }
}

/**
 * The attributes that a `<Queue>` body names. No body names none.
 *
 * @throws {MnsError} MalformedXML, InvalidArgument
 */
export function readAttributes(body: Uint8Array): Partial<QueueAttributes> {
  if (body.length === 0) return {}
  const root = readXml(body)
  if (root.name !== 'Queue') throw new MnsError('MalformedXML', 'The body must be <Queue>.')
  const named: { -readonly [Field in keyof QueueAttributes]?: QueueAttributes[Field] } = {}
  for (const field of queueNumberFields) {
    const { name, min, max } = queueNumbers[field]
    const value = integerElement(root, name, min, max)
    if (value !== undefined) named[field] = value
  }
  const loggingEnabled = booleanElement(root, 'LoggingEnabled')
  return loggingEnabled === undefined ? named : { ...named, loggingEnabled }
}
