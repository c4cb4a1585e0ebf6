import { createSocket, type Socket, type SocketOptions } from 'node:dgram'
import { lookup } from 'node:dns'
import { isIP, isIPv6 } from 'node:net'
import type { Clock, Timer } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { SipListener } from '../sip-target.ts'
import { mostMessageBytes, type Receive, type Remote, type SendFailed, type Transport } from './transport.ts'

/** What the kernel may hold for us while a burst of calls is being worked on. */
const receiveBufferBytes = 1 << 20

const awake = Buffer.from('\r\n\r\n')

/** Binds a UDP socket for SIP. */
export async function openUdp(
  listener: SipListener,
  receive: Receive,
  tools: { clock: Clock; log: Log },
): Promise<Transport> {
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
  return new UdpTransport(socket, listener.host, receive, tools)
}

class UdpTransport implements Transport {
  readonly listener: SipListener
  readonly connections = 0
  readonly #socket: Socket
  readonly #clock: Clock
  readonly #log: Log
  readonly #held = new Set<() => void>()
  #isClosed = false

  constructor(socket: Socket, host: string, receive: Receive, { clock, log }: { clock: Clock; log: Log }) {
    this.#socket = socket
    this.#clock = clock
    this.#log = log
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
    try {
      this.#socket.send(bytes, remote.port, remote.host, (error) => {
        if (error) failed(error.message)
      })
    } catch (error) {
      // The socket refuses port 0 at once, and a far end may name it in its Contact or Via.
      queueMicrotask(() => failed(error instanceof Error ? error.message : String(error)))
    }
  }

  /** Line breaks that keep address translation on the way awake; nothing tells whether they arrive. */
  hold(remote: Remote, everyMs: number, _lost: () => void): () => void {
    let timer: Timer
    const watch = () => {
      timer = this.#clock.after(everyMs, () => {
        this.send(awake, remote, (why) =>
          this.#log.debug({ why, host: remote.host }, 'sip: a way could not be kept awake'),
        )
        watch()
      })
    }
    const stop = () => {
      timer.cancel()
      this.#held.delete(stop)
    }
    watch()
    this.#held.add(stop)
    return stop
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const stop of this.#held) stop()
    await new Promise<void>((resolve) => this.#socket.close(resolve))
  }
}

/** Numeric hosts are resolved at once: the default goes through the event loop and lets later datagrams overtake. */
const resolveAtOnce: SocketOptions['lookup'] = (host, options, callback) => {
  const family = isIP(host)
  if (family !== 0) callback(null, host, family)
  else lookup(host, options, callback)
}
