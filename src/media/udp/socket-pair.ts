import type { Address } from '../rtp/source-lock.ts'
import type { DatagramHandler, UdpSocket, UdpSockets } from './udp-sockets.ts'

/** The two sockets of a session: RTP on an even port, RTCP on the next (RFC 3550 §11). */
export interface SocketPair {
  readonly local: Address
  /** What arrives is dropped until this is called. */
  listen(handlers: { rtp: DatagramHandler; rtcp: DatagramHandler }): void
  /** `to.host` must be an address of the same family. The datagram may be reused for the next of its stream. */
  sendRtp(datagram: Buffer, to: Address): void
  sendRtcp(datagram: Buffer, to: Address): void
  close(): Promise<void>
}

/**
 * Binds a pair on `port` and `port + 1`.
 *
 * @param port even, or 0 for any
 * @throws the system's error, e.g. EADDRINUSE
 */
export async function bindSocketPair(sockets: UdpSockets, host: string, port: number): Promise<SocketPair> {
  const first = await sockets.bind(host, port)
  const isOdd = first.port % 2 === 1
  try {
    const second = await sockets.bind(host, isOdd ? first.port - 1 : first.port + 1)
    return isOdd ? new BoundPair(host, second, first) : new BoundPair(host, first, second)
  } catch (error) {
    await first.close()
    throw error
  }
}

/** A class rather than closures: what one packet needs lies together in memory. */
class BoundPair implements SocketPair {
  readonly local: Address
  readonly #rtp: UdpSocket
  readonly #rtcp: UdpSocket

  constructor(host: string, rtp: UdpSocket, rtcp: UdpSocket) {
    this.local = { host, port: rtp.port }
    this.#rtp = rtp
    this.#rtcp = rtcp
  }

  listen(handlers: { rtp: DatagramHandler; rtcp: DatagramHandler }): void {
    this.#rtp.listen(handlers.rtp)
    this.#rtcp.listen(handlers.rtcp)
  }

  sendRtp(datagram: Buffer, to: Address): void {
    this.#rtp.send(datagram, to)
  }

  sendRtcp(datagram: Buffer, to: Address): void {
    this.#rtcp.send(datagram, to)
  }

  async close(): Promise<void> {
    await Promise.all([this.#rtp.close(), this.#rtcp.close()])
  }
}
