import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Address } from '../rtp/source-lock.ts'
import { type DatagramHandler, maxDatagramBytes, type UdpSocket, type UdpSockets } from './udp-sockets.ts'

/** Node's own sockets: everywhere, and at one crossing into the system's code per packet. */
export class NodeSockets implements UdpSockets {
  readonly kind = 'node'
  unsent = 0
  readonly #sent = (error: Error | null): void => {
    if (error !== null) this.unsent++
  }

  async bind(host: string, port: number): Promise<UdpSocket> {
    return new NodeSocket(await bindSocket(host, port), this.#sent)
  }
}

/** A class rather than closures: what one packet needs lies together in memory. */
class NodeSocket implements UdpSocket {
  readonly port: number
  readonly #socket: Socket
  readonly #sent: (error: Error | null) => void
  #closed: Promise<void> | undefined

  /** @param sent hears of every datagram what became of it */
  constructor(socket: Socket, sent: (error: Error | null) => void) {
    this.#socket = socket
    this.#sent = sent
    // What fails is a datagram, and `sent` hears of it; the socket itself goes on.
    socket.on('error', sent)
    this.port = socket.address().port
  }

  listen(handler: DatagramHandler): void {
    this.#socket.on('message', (datagram, from) => {
      const isHeard = this.#closed === undefined && datagram.length <= maxDatagramBytes
      if (isHeard) handler(datagram, from.address, from.port)
    })
  }

  send(datagram: Buffer, to: Address): void {
    if (this.#closed !== undefined || datagram.length > maxDatagramBytes) return
    // Where dgram throws, others say that it cannot be sent.
    if (to.port === 0) this.#sent(new RangeError('port 0 is none'))
    else this.#socket.send(datagram, to.port, to.host, this.#sent)
  }

  close(): Promise<void> {
    // dgram sends on the next tick: what was sent in this turn, a BYE for example, must not be lost.
    this.#closed ??= new Promise((resolve) => setImmediate(() => this.#socket.close(() => resolve())))
    return this.#closed
  }
}

/**
 * `lookup` answers at once, since the default one goes through a thread for every packet and lets packets overtake each
 * other.
 */
function bindSocket(host: string, port: number): Promise<Socket> {
  const family = isIPv6(host) ? 6 : 4
  const socket = createSocket({
    type: family === 6 ? 'udp6' : 'udp4',
    lookup: (address, _options, done) => done(null, address, family),
  })
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => {
      socket.close()
      reject(error)
    }
    socket.once('error', failed)
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.off('error', failed)
      resolve(socket)
    })
  })
}
