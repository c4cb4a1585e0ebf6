import type { Socket } from 'node:net'
import type { Clock, Timer } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { StreamFramer } from './stream-framer.ts'
import type { SendFailed } from './transport.ts'

/** A connection that never carried a message is closed after this long, milliseconds. */
const firstMessageMs = 32_000
/** A quiet connection is closed after this long, milliseconds; dialogs open a new one when they need it. */
const idleMs = 600_000
/** A peer that does not read loses its connection when this much is waiting for it. */
const mostUnsentBytes = 1 << 20

const pong = Buffer.from('\r\n')

/** One TCP connection, whoever opened it (RFC 3261 §18.1.1, §18.2.1). */
export class TcpConnection {
  readonly id: number
  readonly host: string
  readonly port: number
  readonly #socket: Socket
  readonly #clock: Clock
  readonly #framer = new StreamFramer()
  #lastUse: number
  #allowedIdleMs = firstMessageMs
  #idleTimer: Timer | undefined

  constructor(
    id: number,
    socket: Socket,
    remote: { host: string; port: number },
    tools: { clock: Clock; log: Log },
    news: { message: (bytes: Buffer) => void; closed: () => void },
  ) {
    this.id = id
    this.host = remote.host
    this.port = remote.port
    this.#socket = socket
    this.#clock = tools.clock
    this.#lastUse = tools.clock.monotonicMs()
    socket.setNoDelay(true)
    socket.on('data', (chunk) => {
      try {
        this.#take(chunk, news.message)
      } catch (error) {
        tools.log.warn({ connection: id, err: String(error) }, 'sip: TCP connection closed, its stream is broken')
        socket.destroy()
      }
    })
    // A half-closed connection is of no use: answers to what was sent go over a new one.
    socket.on('end', () => socket.destroy())
    socket.on('error', (error) => tools.log.info({ connection: id, err: error.message }, 'sip: TCP connection failed'))
    socket.on('close', () => {
      this.#idleTimer?.cancel()
      news.closed()
    })
    this.#watchIdle(firstMessageMs)
  }

  send(bytes: Buffer, failed: SendFailed): void {
    this.#lastUse = this.#clock.monotonicMs()
    if (this.#socket.writableLength > mostUnsentBytes) this.#socket.destroy()
    this.#socket.write(bytes, (error) => {
      if (error) failed(error.message)
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(chunk: Buffer, message: (bytes: Buffer) => void): void {
    this.#lastUse = this.#clock.monotonicMs()
    const framed = this.#framer.push(chunk)
    for (let ping = 0; ping < framed.pings; ping++) this.#socket.write(pong)
    if (framed.messages.length > 0) this.#allowedIdleMs = idleMs
    for (const bytes of framed.messages) message(bytes)
  }

  #watchIdle(delayMs: number): void {
    this.#idleTimer = this.#clock.after(delayMs, () => {
      const leftMs = this.#lastUse + this.#allowedIdleMs - this.#clock.monotonicMs()
      if (leftMs > 0) this.#watchIdle(leftMs)
      else this.#socket.destroy()
    })
  }
}
