import type { Socket } from 'node:net'
import type { Clock, Timer } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { SipTransportName } from '../sip-target.ts'
import { FlowWatch } from './flow-watch.ts'
import { StreamFramer } from './stream-framer.ts'
import type { SendFailed } from './transport.ts'

/** A connection of this end that is not there by then is given up, milliseconds; the handshake of TLS included. */
const connectMs = 5_000
/** A connection that never carried a message is closed after this long, milliseconds. */
const firstMessageMs = 32_000
/** A quiet connection is closed after this long, milliseconds; dialogs open a new one when they need it. */
const idleMs = 600_000
/** A peer that does not read loses its connection when this much is waiting for it. */
const mostUnsentBytes = 1 << 20
/** The system asks a silent peer whether it is there after this long, milliseconds. */
const probeMs = 60_000

/** Timer B and F: what was not answered by then will not be, milliseconds. */
const silenceMs = 32_000

/** Requests that are remembered until the far end is heard. */
const mostUnheard = 1000

const statusLine = Buffer.from('SIP/')
const pong = Buffer.from('\r\n')

export interface StreamNews {
  message: (bytes: Buffer) => void
  closed: () => void
}

/** One stream of messages, plain or inside TLS, whoever opened it (RFC 3261 §18.1.1, §18.2.1). */
export class StreamConnection {
  readonly id: number
  readonly #socket: Socket
  readonly #clock: Clock
  readonly #framer = new StreamFramer()
  readonly #flow: FlowWatch
  /** What waits for the connection: nothing may leave before the far end's certificate was read. */
  #waiting: [bytes: Buffer, failed: SendFailed][] | undefined
  #waitingBytes = 0
  /** Requests that were written since the far end was heard last: lost, as far as anybody knows, if it is not heard again. */
  #unheard: SendFailed[] = []
  #unheardSince = 0
  #lastUse: number
  #allowedIdleMs = firstMessageMs
  #timer: Timer | undefined

  /** @param established the socket's event when this end opens the connection; absent: it is there */
  constructor(
    stream: { id: number; socket: Socket; transport: SipTransportName; established?: 'connect' | 'secureConnect' },
    tools: { clock: Clock; log: Log },
    news: StreamNews,
  ) {
    const { id, socket, transport, established } = stream
    this.id = id
    this.#socket = socket
    this.#clock = tools.clock
    this.#lastUse = tools.clock.monotonicMs()
    this.#flow = new FlowWatch(tools.clock, {
      send: (bytes) => void socket.write(bytes),
      dead: () => this.#giveUp('the far end is silent'),
    })
    socket.setNoDelay(true)
    socket.setKeepAlive(true, probeMs)
    socket.on('data', (chunk) => {
      try {
        this.#take(chunk, news.message)
      } catch (error) {
        tools.log.warn(
          { transport, connection: id, err: String(error) },
          'sip: connection closed, its stream is broken',
        )
        socket.destroy()
      }
    })
    // A half-closed connection is of no use: answers to what was sent go over a new one.
    socket.on('end', () => socket.destroy())
    socket.on('error', (error) =>
      tools.log.info({ transport, connection: id, err: error.message }, 'sip: connection failed'),
    )
    socket.on('close', () => this.#closed(news))
    if (established === undefined) this.#watchIdle(firstMessageMs)
    else this.#awaitConnection(established)
  }

  /** Whether a request got no word for as long as requests wait: the far end may be gone without having said so. */
  get isSilent(): boolean {
    return this.#unheard.length > 0 && this.#clock.monotonicMs() - this.#unheardSince >= silenceMs
  }

  /** Sends one message, as soon as the connection is there. `failed` is called later, at most once. */
  send(bytes: Buffer, failed: SendFailed): void {
    this.#lastUse = this.#clock.monotonicMs()
    if (this.#socket.writableLength + this.#waitingBytes > mostUnsentBytes) this.#giveUp('the far end does not read')
    if (this.#waiting !== undefined && !this.#socket.destroyed) {
      this.#waiting.push([bytes, failed])
      this.#waitingBytes += bytes.length
    } else this.#write(bytes, failed)
  }

  /** Keeps the connection open although nothing is said, and tells when it is lost. @returns how to stop */
  hold(everyMs: number, lost: () => void): () => void {
    return this.#flow.hold(everyMs, lost)
  }

  close(): void {
    this.#socket.destroy()
  }

  #write(bytes: Buffer, failed: SendFailed): void {
    const isRequest = !bytes.subarray(0, statusLine.length).equals(statusLine)
    if (isRequest && this.#unheard.length === 0) this.#unheardSince = this.#clock.monotonicMs()
    if (isRequest && this.#unheard.length < mostUnheard) this.#unheard.push(failed)
    this.#socket.write(bytes, (error) => {
      // What is noted above is told when the socket closes.
      if (error && !this.#unheard.includes(failed)) failed(this.#whyClosed())
    })
  }

  #whyClosed(): string {
    return this.#socket.errored?.message ?? 'connection closed'
  }

  #awaitConnection(established: 'connect' | 'secureConnect'): void {
    this.#waiting = []
    this.#timer = this.#clock.after(connectMs, () => this.#giveUp('no connection in time'))
    this.#socket.once(established, () => {
      this.#timer?.cancel()
      const waiting = this.#waiting ?? []
      this.#waiting = undefined
      this.#waitingBytes = 0
      for (const [bytes, failed] of waiting) this.#write(bytes, failed)
      this.#watchIdle(firstMessageMs)
    })
  }

  #closed(news: StreamNews): void {
    this.#timer?.cancel()
    news.closed()
    const lost = [...this.#unheard.splice(0), ...(this.#waiting ?? []).map(([, failed]) => failed)]
    this.#waiting = undefined
    for (const failed of lost) failed(this.#whyClosed())
    this.#flow.lost()
  }

  #giveUp(why: string): void {
    this.#socket.destroy(new Error(why))
  }

  #take(chunk: Buffer, message: (bytes: Buffer) => void): void {
    const framed = this.#framer.push(chunk)
    this.#flow.heard(() => framed.lineBreaks > 0 || this.#framer.takeLineBreak())
    if (framed.pings > 0) this.#answerPings(framed.pings)
    if (framed.messages.length + framed.pings > 0) this.#lastUse = this.#clock.monotonicMs()
    if (framed.messages.length > 0) {
      this.#allowedIdleMs = idleMs
      this.#unheard = []
    }
    for (const bytes of framed.messages) message(bytes)
  }

  /** In one piece: a far end may send thousands at once, and read none of the answers. */
  #answerPings(count: number): void {
    if (this.#socket.writableLength > mostUnsentBytes) this.#giveUp('the far end does not read')
    else this.#socket.write(Buffer.alloc(count * pong.length, pong))
  }

  #watchIdle(delayMs: number): void {
    this.#timer = this.#clock.after(delayMs, () => {
      const leftMs = this.#lastUse + this.#allowedIdleMs - this.#clock.monotonicMs()
      if (this.#flow.isHeld) this.#watchIdle(this.#allowedIdleMs)
      else if (leftMs > 0) this.#watchIdle(leftMs)
      else this.#socket.destroy()
    })
  }
}
