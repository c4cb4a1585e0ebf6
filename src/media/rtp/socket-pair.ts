import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Address } from './source-lock.ts'

/** Takes what arrives. `datagram` is the receiver's to keep. */
export type DatagramHandler = (datagram: Buffer, host: string, port: number) => void

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
 * The sockets stay unconnected: a connected one could neither learn the far end's port nor count strangers, and costs
 * only 8 % less to send on. `lookup` answers at once, since the default one goes through a thread for every packet
 * and lets packets overtake each other.
 *
 * @param port even, or 0 for any
 * @throws the system's error, e.g. EADDRINUSE
 */
export async function bindSocketPair(host: string, port: number): Promise<SocketPair> {
  const first = await bindSocket(host, port)
  const bound = first.address().port
  const isOdd = bound % 2 === 1
  try {
    const second = await bindSocket(host, isOdd ? bound - 1 : bound + 1)
    return isOdd
      ? new BoundPair({ host, port: bound - 1 }, second, first)
      : new BoundPair({ host, port: bound }, first, second)
  } catch (error) {
    await closeSocket(first)
    throw error
  }
}

/** A class rather than closures: what one packet needs lies together in memory. */
class BoundPair implements SocketPair {
  readonly local: Address
  readonly #rtp: Socket
  readonly #rtcp: Socket
  #closed: Promise<void> | undefined

  constructor(local: Address, rtp: Socket, rtcp: Socket) {
    this.local = local
    this.#rtp = rtp
    this.#rtcp = rtcp
  }

  listen(handlers: { rtp: DatagramHandler; rtcp: DatagramHandler }): void {
    this.#rtp.on('message', (datagram, from) => handlers.rtp(datagram, from.address, from.port))
    this.#rtcp.on('message', (datagram, from) => handlers.rtcp(datagram, from.address, from.port))
  }

  sendRtp(datagram: Buffer, to: Address): void {
    if (this.#closed === undefined) this.#rtp.send(datagram, to.port, to.host)
  }

  sendRtcp(datagram: Buffer, to: Address): void {
    if (this.#closed === undefined) this.#rtcp.send(datagram, to.port, to.host)
  }

  close(): Promise<void> {
    this.#closed ??= Promise.all([closeSocket(this.#rtp), closeSocket(this.#rtcp)]).then(() => undefined)
    return this.#closed
  }
}

function bindSocket(host: string, port: number): Promise<Socket> {
  const family = isIPv6(host) ? 6 : 4
  const socket = createSocket({
    type: family === 6 ? 'udp6' : 'udp4',
    lookup: (address, _options, done) => done(null, address, family),
  })
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close()
      reject(error)
    })
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.removeAllListeners('error')
      // A packet that could not be sent or received is a lost packet, which RTP expects and RTCP counts.
      socket.on('error', () => undefined)
      resolve(socket)
    })
  })
}

function closeSocket(socket: Socket): Promise<void> {
  // What was sent in this turn leaves at its end (dgram sends on the next tick): the BYE must not be lost.
  return new Promise((resolve) => setImmediate(() => socket.close(() => resolve())))
}
