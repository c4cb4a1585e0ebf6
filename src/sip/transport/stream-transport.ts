import type { Server, Socket } from 'node:net'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { SipListener } from '../sip-target.ts'
import { ConnectionPool } from './connection-pool.ts'
import { StreamConnection } from './stream-connection.ts'
import type { StreamKind } from './stream-kind.ts'
import type { MayConnect, Receive, Remote, SendFailed, Transport } from './transport.ts'

/** More peers than this at once are not served. */
const mostConnections = 4096
/** More connections of one address at once are not served. */
const mostOfOneSource = 512
/** More handshakes at once are not begun. */
const mostHandshakes = 256

interface StreamTools {
  clock: Clock
  log: Log
  /** Connections that may not be are closed as soon as they are there: nothing is sent, no handshake is begun. */
  mayConnect: MayConnect
}

/** Listens for SIP over a stream and opens connections to others. */
export async function openStreams(
  kind: StreamKind,
  listener: SipListener,
  receive: Receive,
  tools: StreamTools,
): Promise<Transport> {
  const server = kind.createServer()
  server.maxConnections = mostConnections
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: listener.host, port: listener.port, ipv6Only: true }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  return new StreamTransport(kind, server, listener.host, receive, tools)
}

class StreamTransport implements Transport {
  readonly listener: SipListener
  readonly #kind: StreamKind
  readonly #server: Server
  readonly #receive: Receive
  readonly #tools: StreamTools
  readonly #pool = new ConnectionPool()
  /** Sockets that came in and are not closed, handshakes included. */
  readonly #sockets = new Map<Socket, string>()
  /** How many of them can carry messages. */
  #accepted = 0
  #isClosed = false

  constructor(kind: StreamKind, server: Server, host: string, receive: Receive, tools: StreamTools) {
    this.#kind = kind
    this.#server = server
    this.#receive = receive
    this.#tools = tools
    const bound = server.address()
    if (bound === null || typeof bound === 'string') throw new Error('the server has no port')
    this.listener = { transport: kind.transport, host, port: bound.port }
    server.on('error', (error) => tools.log.warn({ err: error.message, ...this.listener }, 'sip: server error'))
    server.prependListener('connection', (socket: Socket) => this.#admit(socket))
    server.on(kind.accepted, (socket: Socket) => this.#accept(socket))
  }

  get connections(): number {
    return this.#pool.size
  }

  send(bytes: Buffer, remote: Remote, failed: SendFailed): void {
    if (this.#isClosed) queueMicrotask(() => failed('transport closed'))
    else this.#connectionTo(remote).send(bytes, failed)
  }

  hold(remote: Remote, everyMs: number, lost: () => void): () => void {
    if (!this.#isClosed) return this.#connectionTo(remote).hold(everyMs, lost)
    queueMicrotask(lost)
    return () => undefined
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const connection of this.#pool.all()) connection.close()
    for (const socket of this.#sockets.keys()) socket.destroy()
    await closed
  }

  #connectionTo(remote: Remote): StreamConnection {
    const arrival = remote.arrival?.connectionId
    const known = this.#pool.find(arrival, remote)
    if (known === undefined) return this.#open(remote)
    if (arrival !== undefined || !known.isSilent) return known
    known.close()
    return this.#open(remote)
  }

  #open(remote: Remote): StreamConnection {
    const terms = this.#pool.termsFor(remote)
    return this.#adopt(this.#kind.connect(terms), terms, this.#kind.established)
  }

  /** The first look at a connection from elsewhere, before any byte of it. */
  #admit(socket: Socket): void {
    const { remoteAddress: host, remotePort: port } = socket
    const isServed =
      host !== undefined &&
      port !== undefined &&
      this.#countOf(host) < mostOfOneSource &&
      this.#sockets.size - this.#accepted < mostHandshakes &&
      this.#tools.mayConnect({ transport: this.#kind.transport, host, port })
    if (!isServed) {
      socket.destroy()
      return
    }
    this.#sockets.set(socket, host)
    socket.on('close', () => this.#sockets.delete(socket))
  }

  #countOf(source: string): number {
    let count = 0
    for (const host of this.#sockets.values()) if (host === source) count++
    return count
  }

  #accept(socket: Socket): void {
    const { remoteAddress: host, remotePort: port } = socket
    if (host === undefined || port === undefined || socket.destroyed || this.#isClosed) {
      socket.destroy()
      return
    }
    this.#accepted++
    socket.on('close', () => this.#accepted--)
    this.#adopt(socket, { transport: this.#kind.transport, host, port })
  }

  #adopt(socket: Socket, peer: Remote, established?: 'connect' | 'secureConnect'): StreamConnection {
    const id = this.#pool.nextId()
    const arrival = { transport: this, connectionId: id }
    const { transport, host, port } = peer
    const connection = new StreamConnection(
      { id, socket, transport, ...(established !== undefined && { established }) },
      this.#tools,
      {
        message: (bytes) => this.#receive(bytes, { transport, host, port, arrival }),
        closed: () => this.#pool.remove(connection),
      },
    )
    this.#pool.add(connection, peer)
    return connection
  }
}
