import { createSocket, type Socket, type SocketOptions } from 'node:dgram'
import { lookup } from 'node:dns'
import { isIP, isIPv6 } from 'node:net'
import type { Log } from '../../lib/log.ts'
import type { SipListener } from '../user-agent.types.ts'
import { mostMessageBytes, type Receive, type Remote, type SendFailed, type Transport } from './transport.ts'

/** What the kernel may hold for us while a burst of calls is being worked on. */
const receiveBufferBytes = 1 << 20

/** Binds a UDP socket for SIP. */
export async function openUdp(listener: SipListener, receive: Receive, log: Log): Promise<Transport> {
  const isV6 = isIPv6(listener.host)
  const socket = createSocket({
    type: isV6 ? 'udp6' : 'udp4',
    ipv6Only: isV6,
    recvBufferSize: receiveBufferBytes,
    lookup: resolveAtOnce,
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind({ address: listener.host, port: listener.port, exclusive: true }, () => {
      socket.off('error', reject)
      resolve()
    })
  })
  return new UdpTransport(socket, listener.host, receive, log)
}

class UdpTransport implements Transport {
  readonly listener: SipListener
  readonly connections = 0
  readonly #socket: Socket
  #isClosed = false

  constructor(socket: Socket, host: string, receive: Receive, log: Log) {
    this.#socket = socket
    this.listener = { transport: 'udp', host, port: socket.address().port }
    socket.on('error', (error) => log.warn({ err: error.message, port: this.listener.port }, 'sip: UDP socket error'))
    socket.on('message', (bytes, { address, port }) => {
      receive(bytes, { transport: 'udp', host: address, port, arrival: { transport: this } })
    })
  }

  send(bytes: Buffer, remote: Remote, failed: SendFailed): void {
    if (this.#isClosed || bytes.length > mostMessageBytes) {
      queueMicrotask(() => failed(this.#isClosed ? 'transport closed' : 'message too long for a datagram'))
      return
    }
    this.#socket.send(bytes, remote.port, remote.host, (error) => {
      if (error) failed(error.message)
    })
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await new Promise<void>((resolve) => this.#socket.close(resolve))
  }
}

/** Numeric hosts are resolved at once: the default goes through the event loop and lets later datagrams overtake. */
const resolveAtOnce: SocketOptions['lookup'] = (host, options, callback) => {
  const family = isIP(host)
  if (family !== 0) callback(null, host, family)
  else lookup(host, options, callback)
}
