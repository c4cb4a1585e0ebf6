import { EventEmitter } from 'node:events'
import { answerRequest } from './dialog/answer-request.ts'
import type { CallTools, KnownCall } from './dialog/call-tools.ts'
import { capabilities } from './dialog/dialog-headers.ts'
import { CallToHere } from './dialog/incoming-call.ts'
import { CallFromHere } from './dialog/outgoing-call.ts'
import { newTag } from './message/identifiers.ts'
import type { SipRequest, SipResponse } from './message/message.ts'
import { allowedMethods } from './message/methods.ts'
import type { MessageProblem } from './message/parse-message.ts'
import { responseTo } from './message/response-to.ts'
import { splitOutside } from './message/token.ts'
import { parseAnyVia } from './message/via.ts'
import { pingOptions } from './options-ping.ts'
import { KeptRegistration, type RegistrationTools } from './registration/registration.ts'
import type { RegisterRequest, Registration } from './registration/registration.types.ts'
import { refusalOf } from './request-rules.ts'
import type { ServerTransaction } from './transaction/server-transaction.ts'
import { timerBase } from './transaction/timers.ts'
import { Transactions } from './transaction/transactions.ts'
import { packet } from './transport/packet.ts'
import { responseRemote } from './transport/response-route.ts'
import { plainStreams, secureStreams } from './transport/stream-kind.ts'
import { openStreams } from './transport/stream-transport.ts'
import type { OpenTransport, Remote } from './transport/transport.ts'
import { type Received, Transports } from './transport/transports.ts'
import { openUdp } from './transport/udp-transport.ts'
import type {
  InviteRequest,
  OutgoingCall,
  SipCounts,
  SipDrops,
  SipListener,
  SipTarget,
  SipUserAgent,
  SipUserAgentEvents,
  UserAgentOptions,
} from './user-agent.types.ts'

/**
 * Binds the listeners and starts a user agent (RFC 3261).
 *
 * @param open makes the transports; tests bring a network of their own
 * @throws the system's error when an address cannot be bound; what was bound before is closed again
 */
export async function startUserAgent(
  options: UserAgentOptions,
  open: OpenTransport = openSocket(options),
): Promise<SipUserAgent> {
  const agent = new UserAgent(options)
  try {
    for (const listener of options.listen) await agent.listen(listener, open)
  } catch (error) {
    await agent.close()
    throw error
  }
  return agent
}

function openSocket({ clock, log, tls }: UserAgentOptions): OpenTransport {
  return async (listener, receive, mayConnect) => {
    if (listener.transport === 'udp') return openUdp(listener, receive, { clock, log })
    if (listener.transport === 'tcp') return openStreams(plainStreams, listener, receive, { clock, log, mayConnect })
    if (tls === undefined) throw new Error('SIP over TLS needs a certificate: UserAgentOptions.tls')
    return openStreams(secureStreams(tls, log), listener, receive, { clock, log, mayConnect })
  }
}

/** Joins transports, transactions and calls; owns what must be found again: calls by Call-ID and local tag. */
class UserAgent extends EventEmitter<SipUserAgentEvents> implements SipUserAgent {
  readonly #transports: Transports
  readonly #transactions: Transactions
  readonly #tools: CallTools
  readonly #registrationTools: RegistrationTools
  readonly #calls = new Map<string, KnownCall>()
  readonly #registrations = new Set<KeptRegistration>()

  constructor(options: UserAgentOptions) {
    super()
    const { clock, log, product } = options
    const timers = timerBase(options.t1Ms)
    this.#transports = new Transports({
      clock,
      log,
      advertisedHost: options.advertisedHost,
      onMessage: options.onMessage,
      admit: options.admit,
      mostMessagesPerSecond: options.mostMessagesPerSecond,
      isExpected: ({ message, envelope, source }) =>
        message.kind === 'request'
          ? this.#find({ envelope }) !== undefined
          : !isChallenge(message) && this.#transactions.awaits({ envelope, source }),
      received: (received) => this.#transactions.receive(received),
      broken: (request, problem, source) => this.#refuseBroken(request, problem, source),
    })
    this.#transactions = new Transactions(
      this.#transports,
      {
        request: (transaction) => this.#receive(transaction),
        cancel: (transaction, invite) => this.#cancel(transaction, invite),
        ack: (received) => this.#find(received)?.receiveAck(received),
      },
      { clock, log, timers },
    )
    this.#tools = {
      transactions: this.#transactions,
      clock,
      log,
      timers,
      product,
      localFor: (remote) => this.#transports.localFor(remote),
      remember: (call) => this.#calls.set(callKey(call.callId, call.localTag), call),
      forget: (call) => this.#calls.delete(callKey(call.callId, call.localTag)),
    }
    this.#registrationTools = {
      transactions: this.#transactions,
      clock,
      log,
      product,
      random: options.random ?? Math.random,
      localFor: (remote) => this.#transports.localFor(remote),
      hold: (remote, everyMs, lost) => this.#transports.hold(remote, everyMs, lost),
      forget: (registration) => this.#registrations.delete(registration),
    }
  }

  get listening(): readonly SipListener[] {
    return this.#transports.listening
  }

  async listen(listener: SipListener, open: OpenTransport): Promise<void> {
    this.#transports.add(await open(listener, this.#transports.receive, this.#transports.mayConnect))
  }

  invite(request: InviteRequest): OutgoingCall {
    return new CallFromHere(request, this.#tools)
  }

  options(target: SipTarget): Promise<{ status: number; reason: string }> {
    return pingOptions(this.#tools, target)
  }

  drops(): SipDrops {
    return this.#transports.drops
  }

  register(request: RegisterRequest): Registration {
    const registration = new KeptRegistration(request, this.#registrationTools)
    this.#registrations.add(registration)
    return registration
  }

  advertise(host: string | undefined): void {
    this.#transports.advertise(host)
    for (const registration of this.#registrations) registration.moved()
  }

  describe(): SipCounts {
    return {
      calls: this.#calls.size,
      clientTransactions: this.#transactions.clientCount,
      serverTransactions: this.#transactions.serverCount,
      connections: this.#transports.connections,
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#registrations].map((registration) => registration.close()))
    for (const call of this.#calls.values()) call.close()
    this.#transactions.close()
    this.#calls.clear()
    await this.#transports.close()
  }

  #find({ envelope }: Pick<Received, 'envelope'>): KnownCall | undefined {
    return this.#calls.get(callKey(envelope.callId, envelope.toTag ?? ''))
  }

  /** RFC 3261 §8.2 and §12.2.2: refused by rule, part of a call, or something new. */
  #receive(transaction: ServerTransaction): void {
    const { message, envelope } = transaction.received
    const refusal = refusalOf(message, {
      isMerged: this.#transactions.isMerged(transaction),
    })
    if (refusal !== undefined) this.#answer(transaction, refusal.status, refusal.headers)
    else if (envelope.toTag !== undefined) this.#receiveInCall(transaction)
    else if (message.method === 'INVITE') this.#receiveCall(transaction)
    else if (message.method === 'OPTIONS') this.#answer(transaction, 200, capabilities)
    else this.#answer(transaction, 481)
  }

  #receiveInCall(transaction: ServerTransaction): void {
    const call = this.#find(transaction.received)
    if (call === undefined) this.#answer(transaction, 481)
    else call.receive(transaction)
  }

  #receiveCall(transaction: ServerTransaction): void {
    this.#answer(transaction, 100)
    const call = new CallToHere(transaction, this.#tools)
    try {
      if (!this.emit('call', call)) call.reject(480)
    } catch (error) {
      this.#tools.log.error({ callId: call.callId, err: error }, 'sip: the handler of a call failed')
      call.reject(500)
      call.hangUp()
    }
  }

  #cancel(transaction: ServerTransaction, invite: ServerTransaction | undefined): void {
    const toTag = invite?.toTag ?? newTag()
    answerRequest(this.#tools.product, transaction, invite === undefined ? 481 : 200, { toTag })
    // RFC 3261 §9.2: a CANCEL for an INVITE that was answered has no effect.
    if (invite?.isOpen) invite.onCancel()
  }

  #answer(
    transaction: ServerTransaction,
    status: number,
    headers: readonly (readonly [name: string, value: string])[] = [],
  ): void {
    answerRequest(this.#tools.product, transaction, status, { toTag: newTag(), headers })
  }

  /** Without a transaction, since its key may be what is broken; an ACK is never answered (RFC 3261 §17). */
  #refuseBroken(request: SipRequest, problem: MessageProblem, source: Remote): void {
    const { log, product } = this.#tools
    log.info({ transport: source.transport, method: request.method, why: problem.reason }, 'sip: bad request')
    const via = parseAnyVia(splitOutside(request.headers.first('via') ?? '', ',')[0] ?? '')?.via
    if (request.method === 'ACK' || via === undefined) return
    const { status, reason } = problem
    const allow = status === 501 ? [['allow', allowedMethods] as const] : []
    const response = responseTo(request, status, { reason, toTag: newTag(), headers: [...allow, ['server', product]] })
    this.#transports.send(packet(response), responseRemote(via, source), (why) =>
      log.info({ transport: source.transport, why }, 'sip: the answer to a bad request could not be sent'),
    )
  }
}

function callKey(callId: string, localTag: string): string {
  return `${callId} ${localTag}`
}

/** Whoever is not served gets no digest, whatever realm it names. */
function isChallenge({ status }: SipResponse): boolean {
  return status === 401 || status === 407
}
