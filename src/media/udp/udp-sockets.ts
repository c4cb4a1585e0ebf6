import type { UdpKind } from '../media.ts'
import type { Address } from '../rtp/source-lock.ts'

/** Octets of the longest datagram that is heard or sent; what is longer is dropped. A telephone sends some 200. */
export const maxDatagramBytes = 2048

/**
 * Takes what arrives. `datagram` is the handler's to read and to change until it returns; what it keeps it copies. `host` may
 * be spelt in any way (`canonicalHost`). It must not throw: others wait behind it.
 */
export type DatagramHandler = (datagram: Buffer, host: string, port: number) => void

/** A bound UDP socket. What cannot be sent is a lost packet, which RTP expects; it is counted. */
export interface UdpSocket {
  readonly port: number
  /** What arrives is dropped until this is called. */
  listen(handler: DatagramHandler): void
  /**
   * Sends at the end of this turn of the event loop, or sooner. The datagram may be reused for the next one of its stream.
   *
   * @param to an address of the socket's family; who sends to the same one again hands over the same object
   */
  send(datagram: Buffer, to: Address): void
  /** What was sent before still leaves. */
  close(): Promise<void>
}

/**
 * What binds UDP sockets. They stay unconnected: a connected one could neither learn the far end's port nor count
 * strangers, and costs only 8 % less to send on.
 */
export interface UdpSockets {
  readonly kind: UdpKind
  /** Datagrams that the system did not take: no way there, a full buffer, a firewall of this machine. */
  readonly unsent: number
  /**
   * @param host an address
   * @param port 0 for any
   * @throws the system's error with its `code`, e.g. EADDRINUSE
   */
  bind(host: string, port: number): Promise<UdpSocket>
}
