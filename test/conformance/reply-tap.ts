import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { listenOnLoopback } from '../sockets/ports.ts'

/** A request and its reply as they went over the line. */
export interface Exchange {
  readonly method: string
  /** As it was sent: a path, or a whole URL from clients that speak to a proxy. */
  readonly target: string
  /** By lower-case name. */
  readonly requestHeaders: Readonly<Record<string, string>>
  readonly requestBody: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Decompressed. */
  readonly body: string
}

/** Stands between clients and a node on loopback, changes nothing, and shows every exchange. */
export interface ReplyTap {
  readonly origin: string
  close(): Promise<void>
}

/** @param seen is called before the client gets its reply */
export async function startReplyTap(nodeUrl: string, seen: (exchange: Exchange) => void): Promise<ReplyTap> {
  const agent = new Agent({ keepAlive: true })
  const server = createServer((incoming, outgoing) => {
    forward(incoming, new URL(nodeUrl), agent)
      .then((exchange) => {
        seen(exchange.shown)
        reply(outgoing, exchange)
      })
      .catch((error: unknown) => outgoing.destroy(error instanceof Error ? error : undefined))
  })
  // As long as the node keeps them: a client may use a connection again at any time.
  server.keepAliveTimeout = 75_000
  const port = await listenOnLoopback(server)
  return {
    origin: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      agent.destroy()
    },
  }
}

interface Forwarded {
  readonly shown: Exchange
  readonly rawHeaders: readonly string[]
  readonly bytes: Buffer
}

async function forward(incoming: IncomingMessage, { hostname, port }: URL, agent: Agent): Promise<Forwarded> {
  const { method = 'GET', url: target = '/' } = incoming
  const sent = await read(incoming)
  const outward = request({ host: hostname, port, agent, method, path: target, headers: [...incoming.rawHeaders] })
  outward.end(sent)
  const [answer]: IncomingMessage[] = await once(outward, 'response')
  if (answer === undefined) throw new Error('no answer')
  const bytes = await read(answer)
  const headers = flat(answer)
  const text = headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes
  const shown = { method, target, requestHeaders: flat(incoming), requestBody: sent.toString('utf8') }
  return {
    shown: { ...shown, status: answer.statusCode ?? 0, headers, body: text.toString('utf8') },
    rawHeaders: answer.rawHeaders,
    bytes,
  }
}

function reply(outgoing: ServerResponse, { shown, rawHeaders, bytes }: Forwarded): void {
  outgoing.writeHead(shown.status, [...rawHeaders])
  outgoing.end(bytes)
}

async function read(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function flat({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}
