import { mnsErrors } from '../../src/wire/mns/mns-errors.ts'
import { readXml } from './check-reply.ts'
import type { Exchange } from './reply-tap.ts'

/** What the queue protocol promises of one kind of reply: which fields an element has, and which of them are numbers. */
interface MnsContract {
  readonly operation: string
  readonly asked: RegExp
  readonly status: number
  /** Absent: no body. */
  readonly root?: string
  readonly fields?: readonly string[]
  /** Element that repeats, when the fields are its own. */
  readonly each?: string
  readonly mayLack?: readonly string[]
}

const sent = ['MessageId', 'MessageBodyMD5', 'ReceiptHandle']
const peeked = [
  'MessageId',
  'MessageBody',
  'MessageBodyMD5',
  'EnqueueTime',
  'FirstDequeueTime',
  'DequeueCount',
  'Priority',
]
const received = [...peeked, 'ReceiptHandle', 'NextVisibleTime']
const limits = [
  'DelaySeconds',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'VisibilityTimeout',
  'PollingWaitSeconds',
]
const attributes = [
  ...limits,
  ...[
    'QueueName',
    'CreateTime',
    'LastModifyTime',
    'ActiveMessages',
    'InactiveMessages',
    'DelayMessages',
    'LoggingEnabled',
  ],
]

/** Success of every operation, recognised by method and target. The first that fits counts. */
const contracts: readonly MnsContract[] = [
  {
    operation: 'BatchPeekMessage',
    asked: /^GET .*\/messages\?(?=.*peekonly=)(?=.*numofmessages=)/i,
    status: 200,
    root: 'Messages',
    each: 'Message',
    fields: peeked,
  },
  { operation: 'PeekMessage', asked: /^GET .*\/messages\?.*peekonly=/i, status: 200, root: 'Message', fields: peeked },
  {
    operation: 'BatchReceiveMessage',
    asked: /^GET .*\/messages\?.*numofmessages=/i,
    status: 200,
    root: 'Messages',
    each: 'Message',
    fields: received,
  },
  { operation: 'ReceiveMessage', asked: /^GET .*\/messages/, status: 200, root: 'Message', fields: received },
  { operation: 'DeleteMessage', asked: /^DELETE .*\/messages/, status: 204 },
  {
    operation: 'BatchDeleteMessage',
    asked: /^DELETE .*\/messages/,
    status: 404,
    root: 'Errors',
    each: 'Error',
    fields: ['ErrorCode', 'ErrorMessage', 'ReceiptHandle'],
  },
  {
    operation: 'ChangeMessageVisibility',
    asked: /^PUT .*\/messages\?/,
    status: 200,
    root: 'ChangeVisibility',
    fields: ['ReceiptHandle', 'NextVisibleTime'],
  },
  {
    operation: 'SendMessage',
    asked: /^POST .*\/messages/,
    status: 201,
    root: 'Message',
    fields: sent,
    mayLack: ['ReceiptHandle'],
  },
  {
    operation: 'BatchSendMessage',
    asked: /^POST .*\/messages/,
    status: 201,
    root: 'Messages',
    each: 'Message',
    fields: sent,
    mayLack: ['ReceiptHandle'],
  },
  {
    operation: 'ListQueue',
    asked: /^GET \/queues\/?(?:\?|$)/,
    status: 200,
    root: 'Queues',
    each: 'Queue',
    fields: ['QueueURL'],
  },
  { operation: 'GetQueueAttributes', asked: /^GET \/queues\/[^/]+$/, status: 200, root: 'Queue', fields: attributes },
  { operation: 'SetQueueAttributes', asked: /^PUT \/queues\/[^/]+\?metaoverride=true/i, status: 204 },
  { operation: 'CreateQueue', asked: /^PUT \/queues\/[^/]+$/, status: 201 },
  { operation: 'CreateQueue', asked: /^PUT \/queues\/[^/]+$/, status: 204 },
  { operation: 'DeleteQueue', asked: /^DELETE \/queues\/[^/]+$/, status: 204 },
]

const numbers = new Set([
  ...limits,
  ...['EnqueueTime', 'FirstDequeueTime', 'NextVisibleTime', 'DequeueCount', 'Priority', 'CreateTime', 'LastModifyTime'],
  ...['ActiveMessages', 'InactiveMessages', 'DelayMessages'],
])

/** What is wrong with a reply of the queue protocol. @param path target without scheme and host */
export async function faultsOfMns(exchange: Exchange, path: string): Promise<string[]> {
  const { status, body, headers } = exchange
  const faults =
    headers['x-mns-version'] === '2015-06-06' && headers['x-mns-request-id'] !== undefined
      ? []
      : ['a header is missing']
  const read = body === '' ? { root: undefined, value: undefined } : await readXml(body)
  if (body !== '' && !/^(?:text|application)\/xml/.test(headers['content-type'] ?? ''))
    faults.push('the body is not called XML')
  if (read.root === 'Error') return [...faults, ...errorFaults(status, read.value ?? {})]
  const asked = `${exchange.method} ${path}`
  const contract = contracts.find((one) => one.asked.test(asked) && one.status === status && one.root === read.root)
  if (contract === undefined) return [...faults, `no contract for ${asked} → ${status} ${read.root ?? 'without body'}`]
  return [...faults, ...(contract.root === undefined ? [] : bodyFaults(contract, read.value ?? {}))]
}

type Fields = Readonly<Record<string, unknown>>

function errorFaults(status: number, value: Fields): string[] {
  const code = first(value['Code'])
  const row = Object.entries(mnsErrors).find(([name]) => name === code)?.[1]
  if (row === undefined) return [`no row has the code ${code}`]
  const shape = {
    operation: 'Error',
    asked: /./,
    status,
    root: 'Error',
    fields: ['Code', 'Message', 'RequestId', 'HostId'],
  }
  return [...(row.status === status ? [] : [`status is ${status}, not ${row.status}`]), ...bodyFaults(shape, value)]
}

function bodyFaults({ fields = [], each, mayLack = [] }: MnsContract, value: Fields): string[] {
  const namespace = Object.entries(Object(value['$'])).find(([name]) => name === 'xmlns')?.[1]
  const faults = namespace === 'http://mns.aliyuncs.com/doc/v1/' ? [] : [`the namespace is ${String(namespace)}`]
  const items =
    each === undefined ? [value] : listOf(value[each]).map((item) => Object.fromEntries(Object.entries(Object(item))))
  return [...faults, ...items.flatMap((item) => itemFaults(item, fields, mayLack))]
}

function itemFaults(item: Fields, fields: readonly string[], mayLack: readonly string[]): string[] {
  const unknown = Object.keys(item).filter((name) => name !== '$' && !fields.includes(name))
  return [
    ...unknown.map((name) => `${name} is not in the contract`),
    ...fields.flatMap((name) => {
      if (item[name] === undefined) return mayLack.includes(name) ? [] : [`${name} is missing`]
      return numbers.has(name) && !/^\d+$/.test(first(item[name])) ? [`${name} is ${first(item[name])}, no number`] : []
    }),
  ]
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function first(value: unknown): string {
  return String(Array.isArray(value) ? value[0] : value)
}
