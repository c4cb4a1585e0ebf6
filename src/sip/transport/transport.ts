import type { SipListener, SipTarget, SipTransportName, TlsTrust } from '../sip-target.ts'

/**
 * One listening socket: bytes of whole messages in and out (RFC 3261 §18). `udp-transport.ts` and `stream-transport.ts` are
 * the real ones.
 */
export interface Transport {
  /** The bound address, with the real port. */
  readonly listener: SipListener
  /** Open connections; 0 for UDP. */
  readonly connections: number
  /** Sends one message. `failed` is called later, at most once, when the network refused it (RFC 3261 §18.4). */
  send(bytes: Buffer, remote: Remote, failed: SendFailed): void
  /**
   * Keeps the way to a far end open although nothing is said (RFC 5626 §3.5.1). `lost` is called at most once, when a
   * connection is gone.
   *
   * @returns how to stop
   */
  hold(remote: Remote, everyMs: number, lost: () => void): () => void
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
  /** Over TLS: the name that the far end's certificate must hold (RFC 5922 §7.3); `host` when absent. */
  certificateName?: string
  /** Over TLS: who is believed there, when it is not what the user agent's options say. */
  trust?: TlsTrust
}

export interface Arrival {
  transport: Transport
  /** Connection of a stream. */
  connectionId?: number
}

/** The far end that a target names. */
export function remoteOfTarget({ transport, host, port, domain, trust }: SipTarget): Remote {
  if (transport !== 'tls') return { transport, host, port }
  return {
    transport,
    host,
    port,
    ...(domain !== undefined && { certificateName: domain.host }),
    ...(trust !== undefined && { trust }),
  }
}

/** Called for every datagram, and for every whole message of a stream. */
export type Receive = (bytes: Buffer, remote: Remote) => void

/** Asked for every connection from elsewhere, before anything is read of it. */
export type MayConnect = (source: SipListener) => boolean

/** Makes a transport that is bound. Rejects when the address cannot be bound. */
export type OpenTransport = (listener: SipListener, receive: Receive, mayConnect: MayConnect) => Promise<Transport>

/** No SIP message of a call is longer; longer ones end the connection they come by. */
export const mostMessageBytes = 65_535
