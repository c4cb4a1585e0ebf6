import {
  initialAttributes,
  isReceiptQueueName,
  type QueueAttributes,
  queueNameProblem,
  queueNumberFields,
} from '../../domain/receipt/queue.ts'
import { element } from '../xml.ts'
import { type MnsAnswer, namespace } from './answers.ts'
import { MnsError } from './mns-errors.ts'
import type { AccountRequest, RunOnAccount, RunOnQueue } from './operation.ts'
import { readAttributes } from './queue-attributes.ts'

const largestPage = 1_000

/** CreateQueue: a queue of the account's own. Making it again with the same attributes changes nothing. */
export const createQueue: RunOnAccount = async (request, { register }) => {
  const { accountId, name } = request
  const problem = queueNameProblem(name)
  if (problem !== undefined) throw new MnsError(problem === 'length' ? 'QueueNameLengthError' : 'InvalidQueueName')
  const attributes = { ...initialAttributes, ...readAttributes(request.body) }
  const known = await register.find(accountId, name)
  if (known !== undefined) return existing(request, known.attributes, attributes)
  if (isReceiptQueueName(name)) {
    throw new MnsError('AccessDenied', 'Receipt queues come with a subscription, and other queues have other names.')
  }
  const made = await register.create(accountId, name, attributes)
  if (made === 'tooMany')
    throw new MnsError('AccessDenied', 'The account has as many queues of its own as it may have.')
  if (made === 'created') return { status: 201, location: urlOf(request, name) }
  // Somebody else made it just now.
  const other = await register.find(accountId, name)
  return existing(request, other?.attributes ?? attributes, attributes)
}

/** DeleteQueue: a queue of the account's own goes, with everything in it. */
export const deleteQueue: RunOnQueue = async ({ queue }, { register }) => {
  if (queue.holdsReceipts) {
    throw new MnsError('AccessDenied', 'Receipt queues come and go with their subscription.')
  }
  await register.remove(queue)
  return { status: 204 }
}

/** ListQueue: URLs by name. The marker of the next page is the last name of this one. */
export const listQueue: RunOnAccount = async (request, { register }) => {
  const limit = pageSize(header(request, 'x-mns-ret-number'))
  const page = { prefix: header(request, 'x-mns-prefix'), after: header(request, 'x-mns-marker'), limit: limit + 1 }
  const queues = await register.list(request.accountId, page)
  const shown = queues.slice(0, limit)
  const rows = shown.map((queue) => element('Queue', [element('QueueURL', urlOf(request, queue.name))]))
  const marker = queues.length > limit ? [element('NextMarker', shown.at(-1)?.name ?? '')] : []
  return { status: 200, xml: element('Queues', [...rows, ...marker], namespace) }
}

function existing(request: AccountRequest, is: QueueAttributes, wanted: QueueAttributes): MnsAnswer {
  const fields = ['loggingEnabled', ...queueNumberFields] as const
  if (fields.some((field) => is[field] !== wanted[field])) throw new MnsError('QueueAlreadyExist')
  return { status: 204, location: urlOf(request, request.name) }
}

function urlOf({ origin }: AccountRequest, name: string): string {
  return `${origin}/queues/${name}`
}

/** Clients send an undefined value as an empty header. */
function header({ headers }: AccountRequest, name: string): string {
  return String(headers[name] ?? '')
}

function pageSize(text: string): number {
  if (text === '') return largestPage
  const size = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (size >= 1 && size <= largestPage) return size
  throw new MnsError('InvalidArgument', `x-mns-ret-number must be a whole number from 1 to ${largestPage}.`)
}
