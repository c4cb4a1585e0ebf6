import { devProfile } from '../../src/store/accounts/seed-dev-profile.ts'
import { startTestNode, type TestNode } from '../node/start-test-node.ts'
import { faultsOfMns } from './check-mns-reply.ts'
import { faultsOf } from './check-reply.ts'
import { type Exchange, type ReplyTap, startReplyTap } from './reply-tap.ts'

/** One served node with virtual phones, and everything that clients and node say to each other. */
export interface ConformanceBench {
  readonly node: TestNode
  /**
   * Where a client is pointed to: each to a port of its own. Clients of one process share their kept connections, and
   * some leave timers on them that break the next one's request.
   */
  originOf(client: string): URL
  readonly keys: { readonly accessKeyId: string; readonly accessKeySecret: string }
  /** What was wrong with the replies since it was last asked, each against its contract; and how many there were. */
  judge(): Promise<{ faults: string[]; replies: number }>
  close(): Promise<void>
}

export async function startConformanceBench(clients: readonly string[]): Promise<ConformanceBench> {
  const node = await startTestNode({ requestLimits: 'on' })
  let exchanges: Exchange[] = []
  const taps = new Map<string, ReplyTap>()
  for (const client of clients) {
    taps.set(client, await startReplyTap(node.endpoints.http, (exchange) => void exchanges.push(exchange)))
  }
  return {
    node,
    originOf(client) {
      const tap = taps.get(client)
      if (tap === undefined) throw new Error(`${client} has no port`)
      return new URL(tap.origin)
    },
    keys: { accessKeyId: devProfile.accessKeyId, accessKeySecret: devProfile.secret },
    async judge() {
      const all = exchanges
      exchanges = []
      const faults = await Promise.all(all.map(judgeOne))
      return { faults: faults.flat(), replies: all.length }
    },
    async close() {
      await Promise.all([...taps.values()].map((tap) => tap.close()))
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
