import type { SipMessage } from '../src/sip/message/message.ts'
import { parseMessage } from '../src/sip/message/parse-message.ts'
import { serializeMessage } from '../src/sip/message/serialize-message.ts'
import type { OpenTransport, Receive, Remote, SendFailed, Transport } from '../src/sip/transport/transport.ts'
import type { SipListener } from '../src/sip/user-agent.types.ts'

/** A message on its way through the network. */
export interface Flying {
  message: SipMessage
  from: string
  to: string
}

/**
 * A network of SIP endpoints in memory: no sockets, no ports, no waiting. A message arrives one microtask after it was sent;
 * `loses` decides which ones never do. Over TCP an address without a listener refuses, over UDP it is silent.
 */
export class SipNetwork {
  /** Everything that was sent, lost or not, in order. */
  readonly flown: Flying[] = []
  /** Whether a message gets lost on its way. */
  loses: (flying: Flying) => boolean = () => false
  readonly #endpoints = new Map<string, MemoryTransport>()
  #lastPort = 40_000

  /** For `startUserAgent`: binds in this network instead of on a socket. */
  readonly open: OpenTransport = async (listener, receive) => this.#bind(listener, receive)

  /** What was sent, as `INVITE` or `200`; of one sender when `from` (its port) is given. */
  sent(from?: number): string[] {
    return this.flown
      .filter((one) => from === undefined || one.from.endsWith(`:${from}`))
      .map(({ message }) => (message.kind === 'request' ? message.method : String(message.status)))
  }

  /** An end without a mind of its own: a test sees each message that arrives and sends what it likes. */
  peer(listener: SipListener, arrived: (message: SipMessage, from: Remote) => void = () => undefined) {
    const transport = this.#bind(listener, (bytes, from) => {
      const parsed = parseMessage(bytes)
      if (parsed.kind === 'message') arrived(parsed.message, from)
    })
    return {
      listener: transport.listener,
      /** Sends to a port of its own host, or of another one. */
      send: (message: SipMessage | string, to: { port: number; host?: string }) => {
        const bytes = typeof message === 'string' ? Buffer.from(message) : serializeMessage(message)
        transport.send(bytes, { ...transport.listener, ...to }, () => undefined)
      },
      /** Sends bytes as they are. */
      sendBytes: (bytes: Buffer, to: { port: number; host?: string }) =>
        transport.send(bytes, { ...transport.listener, ...to }, () => undefined),
    }
  }

  #bind(listener: SipListener, receive: Receive): MemoryTransport {
    const port = listener.port === 0 ? ++this.#lastPort : listener.port
    const address = addressOf({ ...listener, port })
    if (this.#endpoints.has(address)) throw new Error(`address in use: ${address}`)
    const transport = new MemoryTransport({ ...listener, port }, receive, {
      carry: (bytes, to, failed) => this.#carry(bytes, transport, to, failed),
      closed: () => this.#endpoints.delete(address),
    })
    this.#endpoints.set(address, transport)
    return transport
  }

  #carry(bytes: Buffer, sender: MemoryTransport, to: Remote, failed: SendFailed): void {
    const target = this.#endpoints.get(addressOf(to))
    const parsed = parseMessage(bytes)
    const { transport, host, port } = sender.listener
    if (parsed.kind === 'message') {
      const flying = { message: parsed.message, from: `${host}:${port}`, to: `${to.host}:${to.port}` }
      this.flown.push(flying)
      if (this.loses(flying)) return
    }
    if (target !== undefined) {
      queueMicrotask(() => target.receive(bytes, { transport, host, port, arrival: { transport: target } }))
    } else if (transport !== 'udp') queueMicrotask(() => failed('connection refused'))
  }
}

class MemoryTransport implements Transport {
  readonly listener: SipListener
  readonly connections = 0
  readonly receive: Receive
  readonly #network: { carry: (bytes: Buffer, to: Remote, failed: SendFailed) => void; closed: () => void }

  constructor(
    listener: SipListener,
    receive: Receive,
    network: { carry: (bytes: Buffer, to: Remote, failed: SendFailed) => void; closed: () => void },
  ) {
    this.listener = listener
    this.receive = receive
    this.#network = network
  }

  send(bytes: Buffer, remote: Remote, failed: SendFailed): void {
    this.#network.carry(bytes, remote, failed)
  }

  hold(): () => void {
    return () => undefined
  }

  async close(): Promise<void> {
    this.#network.closed()
  }
}

function addressOf({ transport, host, port }: SipListener): string {
  return `${transport} ${host}:${port}`
}
