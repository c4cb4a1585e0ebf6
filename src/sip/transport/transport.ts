import type { SipListener, SipTransportName } from '../user-agent.types.ts'

/**
 * One listening socket: bytes of whole messages in and out (RFC 3261 §18). `udp-transport.ts` and `tcp-transport.ts` are the
 * real ones.
 */
export interface Transport {
  /** The bound address, with the real port. */
  readonly listener: SipListener
  /** Open TCP connections; 0 for UDP. */
  readonly connections: number
  /** Sends one message. `failed` is called later, at most once, when the network refused it (RFC 3261 §18.4). */
  send(bytes: Buffer, remote: Remote, failed: SendFailed): void
  /** Closes sockets and connections; nothing is received afterwards. */
  close(): Promise<void>
}

export type SendFailed = (reason: string) => void

/** The other end of a message. */
export interface Remote {
  transport: SipTransportName
  /** Address or name; IPv6 without brackets. */
  host: string
  port: number
  /** Where a message came in: answers go out by the same socket, over the same connection (RFC 3261 §18.2.2). */
  arrival?: Arrival
}

export interface Arrival {
  transport: Transport
  /** TCP connection. */
  connectionId?: number
}

/** Called for every datagram, and for every whole message of a stream. */
export type Receive = (bytes: Buffer, remote: Remote) => void

/** Makes a transport that is bound. Rejects when the address cannot be bound. */
export type OpenTransport = (listener: SipListener, receive: Receive) => Promise<Transport>

/** No SIP message of a call is longer; longer ones end the connection they come by. */
export const mostMessageBytes = 65_535
