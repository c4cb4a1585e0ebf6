import { devProfile } from '../../src/store/accounts/seed-dev-profile.ts'
import { startTestNode, type TestNode } from '../node/start-test-node.ts'
import { faultsOfMns } from './check-mns-reply.ts'
import { faultsOf } from './check-reply.ts'
import { type Exchange, type ReplyTap, startReplyTap } from './reply-tap.ts'

/** One served node with virtual phones, and everything that clients and node say to each other. */
export interface ConformanceBench {
  readonly node: TestNode
  /** Where clients are pointed to. */
  readonly origin: URL
  readonly keys: { readonly accessKeyId: string; readonly accessKeySecret: string }
  /** What was wrong with the replies since it was last asked, each against its contract; and how many there were. */
  judge(): Promise<{ faults: string[]; replies: number }>
  close(): Promise<void>
}

export async function startConformanceBench(): Promise<ConformanceBench> {
  const node = await startTestNode({ requestLimits: 'on' })
  let exchanges: Exchange[] = []
  const tap: ReplyTap = await startReplyTap(node.endpoints.http, (exchange) => void exchanges.push(exchange))
  return {
    node,
    origin: new URL(tap.origin),
    keys: { accessKeyId: devProfile.accessKeyId, accessKeySecret: devProfile.secret },
    async judge() {
      const all = exchanges
      exchanges = []
      const faults = await Promise.all(all.map(judgeOne))
      return { faults: faults.flat(), replies: all.length }
    },
    async close() {
      await tap.close()
      await node.close()
    },
  }
}

async function judgeOne(exchange: Exchange): Promise<string[]> {
  const path = exchange.target.replace(/^https?:\/\/[^/]*/, '').replace(/^\/+/, '/')
  const found = path.startsWith('/queues')
    ? await faultsOfMns(exchange, path)
    : await faultsOf(exchange, actionOf(exchange, path))
  return found.map((fault) => `${exchange.method} ${path.slice(0, 60)} → ${exchange.status}: ${fault}`)
}

/** The parameter counts; the header is that of clients which send no parameter. */
function actionOf({ requestHeaders, requestBody }: Exchange, path: string): string {
  const query = new URLSearchParams(path.replace(/^[^?]*\??/, ''))
  return query.get('Action') ?? new URLSearchParams(requestBody).get('Action') ?? requestHeaders['x-acs-action'] ?? ''
}
