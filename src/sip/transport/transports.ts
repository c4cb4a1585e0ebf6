import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { type Envelope, readEnvelope } from '../message/envelope.ts'
import type { SipMessage, SipRequest } from '../message/message.ts'
import { summaryOf } from '../message/message.ts'
import { type MessageProblem, parseMessage } from '../message/parse-message.ts'
import type { SipListener } from '../sip-target.ts'
import type { Admit, SipDrops, SipMessageEvent } from '../user-agent.types.ts'
import { Gatekeeper } from './gatekeeper.ts'
import { isSameFamily, localHost } from './local-host.ts'
import type { Packet } from './packet.ts'
import { noteSource } from './response-route.ts'
import type { Remote, SendFailed, Transport } from './transport.ts'

/** A message that came in whole, with what every layer asks of it. */
export interface Received<M extends SipMessage = SipMessage> {
  message: M
  envelope: Envelope
  source: Remote
}

export interface TransportsOptions {
  clock: Clock
  log: Log
  /** Host for Via and Contact instead of the bound address. */
  advertisedHost?: string | undefined
  onMessage?: ((event: SipMessageEvent) => void) | undefined
  admit?: Admit | undefined
  mostMessagesPerSecond?: number | undefined
  /** A message fit to be worked on. */
  received: (received: Received) => void
  /** Whether a message of a stranger belongs to a call under way. */
  isExpected: (received: Received) => boolean
  /** A request that has to be refused before anything else (RFC 3261 §8.2, §18.3). */
  broken: (request: SipRequest, problem: MessageProblem, source: Remote) => void
}

/** All listening sockets of a user agent: messages in, checked and noted; packets out by the right one. */
export class Transports {
  readonly #options: TransportsOptions
  readonly #gatekeeper: Gatekeeper
  readonly #transports: Transport[] = []
  #advertisedHost: string | undefined

  constructor(options: TransportsOptions) {
    this.#options = options
    this.#gatekeeper = new Gatekeeper(options)
    this.#advertisedHost = options.advertisedHost
  }

  get listening(): SipListener[] {
    return this.#transports.map((transport) => transport.listener)
  }

  get connections(): number {
    return this.#transports.reduce((sum, transport) => sum + transport.connections, 0)
  }

  get drops(): SipDrops {
    return this.#gatekeeper.drops
  }

  /** Whether a connection from there is taken. */
  mayConnect = (source: SipListener): boolean => this.#gatekeeper.mayConnect(source)

  add(transport: Transport): void {
    this.#transports.push(transport)
  }

  /** From now on this host goes into Via and Contact instead of the bound address. */
  advertise(host: string | undefined): void {
    this.#advertisedHost = host
  }

  /** What a far end at `remote` can reach this end at; `undefined` when nothing here speaks its transport and family. */
  localFor(remote: Remote): SipListener | undefined {
    const listener = this.#transportFor(remote)?.listener
    return listener && { ...listener, host: localHost(listener.host, remote.host, this.#advertisedHost) }
  }

  /** Sends a packet. `failed` is called later, never from within. */
  send(packet: Packet, remote: Remote, failed: SendFailed): void {
    const transport = this.#transportFor(remote)
    if (transport === undefined) {
      queueMicrotask(() => failed(`no ${remote.transport} listener for this address family`))
      return
    }
    this.#gatekeeper.spokeTo(remote)
    this.#trace('sent', remote, packet.callId, packet.summary, () => packet.text)
    transport.send(Buffer.from(packet.text), remote, failed)
  }

  /** Keeps the way to a far end open: `Transport.hold`. */
  hold(remote: Remote, everyMs: number, lost: () => void): () => void {
    return this.#transportFor(remote)?.hold(remote, everyMs, lost) ?? (() => undefined)
  }

  /** The way in: bytes of one message from a transport. Nothing that arrives can throw past this. */
  receive = (bytes: Buffer, source: Remote): void => {
    const { log } = this.#options
    try {
      this.#receive(bytes, source)
    } catch (error) {
      log.error({ err: error, transport: source.transport, bytes: bytes.length }, 'sip: a message could not be handled')
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#transports.map((transport) => transport.close()))
  }

  #receive(bytes: Buffer, source: Remote): void {
    const { log, received, broken } = this.#options
    const standing = this.#gatekeeper.judge(source)
    if (standing === 'refused') return
    const parsed = parseMessage(bytes)
    if (parsed.kind === 'keepAlive') return
    if (parsed.kind === 'garbage') {
      log.debug({ transport: source.transport, bytes: bytes.length, why: parsed.reason }, 'sip: dropped')
      return
    }
    const { message } = parsed
    if (standing === 'stranger' && !this.#isExpected(parsed, source)) {
      this.#gatekeeper.dropped(source, 'strangers')
      return
    }
    this.#trace('received', source, message.headers.first('call-id') ?? '', summaryOf(message), () => bytes.toString())
    const read = readEnvelope(message)
    const problem = parsed.problem ?? read.problem
    if (read.problem === undefined && message.kind === 'request') noteSource(message, read.envelope.via, source)
    if (problem === undefined && read.problem === undefined) received({ message, envelope: read.envelope, source })
    else if (message.kind === 'request' && problem !== undefined) broken(message, problem, source)
    else log.debug({ transport: source.transport, why: problem?.reason }, 'sip: response dropped')
  }

  #isExpected({ message, problem }: { message: SipMessage; problem?: MessageProblem }, source: Remote): boolean {
    const read = readEnvelope(message)
    if (problem !== undefined || read.problem !== undefined) return false
    return this.#options.isExpected({ message, envelope: read.envelope, source })
  }

  #transportFor(remote: Remote): Transport | undefined {
    return (
      remote.arrival?.transport ??
      this.#transports.find(
        ({ listener }) => listener.transport === remote.transport && isSameFamily(listener.host, remote.host),
      )
    )
  }

  #trace(direction: 'sent' | 'received', remote: Remote, callId: string, summary: string, text: () => string): void {
    const { onMessage, clock } = this.#options
    if (onMessage === undefined) return
    const { transport, host, port } = remote
    const local = this.localFor(remote)
    onMessage({
      at: clock.now(),
      direction,
      transport,
      local: { host: local?.host ?? '', port: local?.port ?? 0 },
      remote: { host, port },
      callId,
      summary,
      text,
    })
  }
}
