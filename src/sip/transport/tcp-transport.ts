import { connect, createServer, type Server, type Socket } from 'node:net'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { Admit, SipListener } from '../user-agent.types.ts'
import { TcpConnection } from './tcp-connection.ts'
import type { Receive, Remote, SendFailed, Transport } from './transport.ts'

/** More peers than this at once are not served. */
const mostConnections = 4096

interface TcpTools {
  clock: Clock
  log: Log
  /** Connections from others are closed as soon as they are there. */
  admit?: Admit | undefined
}

/** Listens on TCP for SIP and opens connections to others. */
export async function openTcp(listener: SipListener, receive: Receive, tools: TcpTools): Promise<Transport> {
  const server = createServer({ noDelay: true })
  server.maxConnections = mostConnections
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: listener.host, port: listener.port, ipv6Only: true }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  return new TcpTransport(server, listener.host, receive, tools)
}

class TcpTransport implements Transport {
  readonly listener: SipListener
  readonly #server: Server
  readonly #receive: Receive
  readonly #tools: TcpTools
  readonly #connections = new Map<number, TcpConnection>()
  /** Connections by `host port`, the newest for each: they are used again (RFC 3261 §18). */
  readonly #byPeer = new Map<string, TcpConnection>()
  #lastId = 0
  #isClosed = false

  constructor(server: Server, host: string, receive: Receive, tools: TcpTools) {
    this.#server = server
    this.#receive = receive
    this.#tools = tools
    const bound = server.address()
    if (bound === null || typeof bound === 'string') throw new Error('the TCP server has no port')
    this.listener = { transport: 'tcp', host, port: bound.port }
    server.on('error', (error) => tools.log.warn({ err: error.message }, 'sip: TCP server error'))
    server.on('connection', (socket) => {
      const { remoteAddress: host, remotePort: port } = socket
      const isServed =
        host !== undefined && port !== undefined && tools.admit?.({ transport: 'tcp', host, port }) !== 'drop'
      if (isServed) this.#adopt(socket, { host, port })
      else socket.destroy()
    })
  }

  get connections(): number {
    return this.#connections.size
  }

  send(bytes: Buffer, remote: Remote, failed: SendFailed): void {
    if (this.#isClosed) {
      queueMicrotask(() => failed('transport closed'))
      return
    }
    const arrival = remote.arrival?.connectionId
    const connection =
      (arrival === undefined ? undefined : this.#connections.get(arrival)) ??
      this.#byPeer.get(peerKey(remote)) ??
      this.#adopt(connect({ host: remote.host, port: remote.port }), remote)
    connection.send(bytes, failed)
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const connection of this.#connections.values()) connection.close()
    await closed
  }

  #adopt(socket: Socket, peer: { host: string; port: number }): TcpConnection {
    const id = ++this.#lastId
    const key = peerKey(peer)
    const connection = new TcpConnection(id, socket, peer, this.#tools, {
      message: (bytes) =>
        this.#receive(bytes, {
          transport: 'tcp',
          host: peer.host,
          port: peer.port,
          arrival: { transport: this, connectionId: id },
        }),
      closed: () => {
        this.#connections.delete(id)
        if (this.#byPeer.get(key) === connection) this.#byPeer.delete(key)
      },
    })
    this.#connections.set(id, connection)
    this.#byPeer.set(key, connection)
    return connection
  }
}

function peerKey({ host, port }: { host: string; port: number }): string {
  return `${host} ${port}`
}
