import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const Mns: typeof import('@alicloud/mns').default = require('@alicloud/mns')
const AliMns: typeof import('ali-mns') = require('ali-mns')

/** What a client made of an answer: `OK`, or the code of the error it raised, and what it read. */
export interface MnsOutcome {
  readonly code: string
  readonly read: unknown
}

/** A queue in the hands of one client. */
export interface MnsQueue {
  /** Raises what the client raises. */
  readonly ask: Readonly<Record<MnsOperation, (handles: readonly string[]) => Promise<unknown>>>
}

/** Everything that both clients can do, in an order in which each finds what it needs. */
export const mnsOperations = [
  'CreateQueue',
  'GetQueueAttributes',
  'SetQueueAttributes',
  'ListQueue',
  'SendMessage',
  'BatchSendMessage',
  'PeekMessage',
  'BatchPeekMessage',
  'ReceiveMessage',
  'ChangeMessageVisibility',
  'DeleteMessage',
  'BatchReceiveMessage',
  'BatchDeleteMessage',
  'DeleteQueue',
] as const
export type MnsOperation = (typeof mnsOperations)[number]

export interface MnsKeys {
  readonly accountId: string
  readonly accessKeyId: string
  readonly accessKeySecret: string
}

/** A published client of the queue protocol. */
export interface MnsClient {
  readonly name: string
  open(origin: URL, keys: MnsKeys, queue: string): MnsQueue
}

/** The client that Node programs use today. It takes an endpoint. */
const mns: MnsClient = {
  name: '@alicloud/mns',
  open(origin, { accountId, ...keys }, queue) {
    const client = new Mns(accountId, { ...keys, endpoint: origin.origin })
    const message = { MessageBody: '5L2g5aW9', DelaySeconds: 0, Priority: 8 }
    return {
      ask: {
        CreateQueue: () => client.createQueue(queue, { VisibilityTimeout: 30 }),
        GetQueueAttributes: () => client.getQueueAttributes(queue),
        SetQueueAttributes: () => client.setQueueAttributes(queue, { VisibilityTimeout: 40 }),
        ListQueue: () => client.listQueue(undefined, 100, queue),
        SendMessage: () => client.sendMessage(queue, message),
        BatchSendMessage: () => client.batchSendMessage(queue, [message, message]),
        PeekMessage: () => client.peekMessage(queue),
        BatchPeekMessage: () => client.batchPeekMessage(queue, 16),
        ReceiveMessage: () => client.receiveMessage(queue, 1),
        ChangeMessageVisibility: ([handle = '']) => client.changeMessageVisibility(queue, handle, 60),
        DeleteMessage: ([handle = '']) => client.deleteMessage(queue, handle),
        BatchReceiveMessage: () => client.batchReceiveMessage(queue, 16, 1),
        BatchDeleteMessage: (handles) => client.batchDeleteMessage(queue, [...handles]),
        DeleteQueue: () => client.deleteQueue(queue),
      },
    }
  },
}

/**
 * The older client. It knows the public hosts only, so it is given the node as its HTTP proxy, which also has it send
 * whole URLs as targets. Its reports to somebody else are switched off.
 */
const aliMns: MnsClient = {
  name: 'ali-mns',
  open(origin, { accountId, accessKeyId, accessKeySecret }, queue) {
    const account = new AliMns.Account(accountId, accessKeyId, accessKeySecret)
    account.setGA(false)
    const service = new AliMns.MNS(account, 'hangzhou')
    const one = new AliMns.MQ(queue, account, 'hangzhou')
    const many = new AliMns.MQBatch(queue, account, 'hangzhou')
    const proxied = <T>(ask: () => Promise<T>) => throughProxy(origin, ask)
    return {
      ask: {
        CreateQueue: () => proxied(() => service.createP(queue, { VisibilityTimeout: 30 })),
        GetQueueAttributes: () => proxied(() => one.getAttrsP()),
        SetQueueAttributes: () => proxied(() => one.setAttrsP({ VisibilityTimeout: 40 })),
        ListQueue: () => proxied(() => service.listP(queue, 100)),
        SendMessage: () => proxied(() => one.sendP('你好', 8, 0)),
        BatchSendMessage: () => proxied(() => many.sendP([new AliMns.Msg('a', 8, 0), new AliMns.Msg('b', 8, 0)])),
        PeekMessage: () => proxied(() => one.peekP()),
        BatchPeekMessage: () => proxied(() => many.peekP(16)),
        ReceiveMessage: () => proxied(() => one.recvP(1)),
        ChangeMessageVisibility: ([handle = '']) => proxied(() => one.reserveP(handle, 60)),
        DeleteMessage: ([handle = '']) => proxied(() => one.deleteP(handle)),
        BatchReceiveMessage: () => proxied(() => many.recvP(1, 16)),
        BatchDeleteMessage: (handles) => proxied(() => many.deleteP([...handles])),
        DeleteQueue: () => proxied(() => service.deleteP(queue)),
      },
    }
  },
}

export const mnsClients: readonly MnsClient[] = [mns, aliMns]

/** The client looks at the environment when it makes its request, which it does before it returns. */
function throughProxy<T>(origin: URL, ask: () => Promise<T>): Promise<T> {
  const before = { http_proxy: process.env['http_proxy'], no_proxy: process.env['no_proxy'] }
  Object.assign(process.env, { http_proxy: origin.origin, no_proxy: '' })
  try {
    return ask()
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
}

/** `OK` and what was read, or the code of the error that was raised: each client has its own way to say it. */
export async function mnsOutcome(asked: Promise<unknown>): Promise<MnsOutcome> {
  try {
    return { code: 'OK', read: await asked }
  } catch (error) {
    const code = codeIn(error)
    if (code === undefined) throw error
    return { code, read: error }
  }
}

function codeIn(error: unknown): string | undefined {
  const text = error instanceof Error ? `${error.name} ${error.message}` : JSON.stringify(error)
  return /^MNS(\w+)Error\b/.exec(text)?.[1] ?? /"Code":"(\w+)"/.exec(text)?.[1]
}

/** Receipt handles anywhere in what a client read. */
export function handlesIn(read: unknown): string[] {
  return [...JSON.stringify(read).matchAll(/"ReceiptHandle":"([^"]+)"/g)].map(([, handle]) => handle ?? '')
}
