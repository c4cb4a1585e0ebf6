import type { DigestClient } from '../digest/digest-client.ts'
import type { SipResponse } from '../message/message.ts'
import { type SipUri, sameUri } from '../message/uri.ts'
import type { SipListener, SipTarget } from '../sip-target.ts'
import type { ClientTransaction } from '../transaction/client-transaction.ts'
import type { Transactions } from '../transaction/transactions.ts'
import { comesFromAsked } from '../transport/asked-host.ts'
import { type Remote, remoteOfTarget } from '../transport/transport.ts'
import type { Received } from '../transport/transports.ts'
import {
  contactUri,
  grantedSeconds,
  listed,
  numberIn,
  type RegisterIdentity,
  writeRegister,
} from './register-message.ts'
import type { RegisterRequest, RegistrationAccepted } from './registration.types.ts'

/** What came of asking one target. */
export type Attempt =
  | ({ kind: 'accepted'; contact: SipUri } & RegistrationAccepted)
  | { kind: 'refused'; status: number; reason: string; retryAfterSeconds: number; mayTryNext: boolean }

export interface AttemptTools {
  transactions: Transactions
  product: string
  localFor(remote: Remote): SipListener | undefined
}

/** RFC 3263 §4.3: these say nothing about the other ways to the registrar. */
const tryNextStatuses = new Set([408, 430, 503])

/** A registrar that raises the time each time is not followed further. */
const mostLonger = 2

/** One REGISTER to one target, with what it takes to get it through: credentials, and a longer time (423). */
export class RegisterAttempt {
  readonly result: Promise<Attempt>
  readonly #request: RegisterRequest
  readonly #identity: RegisterIdentity
  readonly #digest: DigestClient | undefined
  readonly #tools: AttemptTools
  readonly #target: SipTarget
  readonly #remote: Remote
  readonly #contact: SipUri | undefined
  readonly #gone: SipUri | undefined
  #expiresSeconds: number
  #longer = 0
  #transaction: ClientTransaction | undefined
  #done: (attempt: Attempt) => void = () => undefined

  /** @param to `known`: the Contact that the registrar has; when this end is reached at another one now, it is taken back */
  constructor(
    request: RegisterRequest,
    identity: RegisterIdentity,
    digest: DigestClient | undefined,
    tools: AttemptTools,
    to: { target: SipTarget; expiresSeconds: number; known: SipUri | undefined },
  ) {
    this.#request = request
    this.#identity = identity
    this.#digest = digest
    this.#tools = tools
    this.#target = to.target
    this.#expiresSeconds = to.expiresSeconds
    this.#remote = remoteOfTarget(to.target)
    const local = tools.localFor(this.#remote)
    this.#contact = local && contactUri(request, local)
    const { known } = to
    this.#gone = this.#contact && known && !sameUri(known, this.#contact) ? known : undefined
    this.result = new Promise((resolve) => {
      this.#done = resolve
    })
    this.#send()
  }

  /** Stops waiting; `result` stays open. */
  abandon(): void {
    this.#transaction?.abandon()
  }

  #send(): void {
    if (this.#contact === undefined) {
      this.#refuse(503, `nothing here speaks ${this.#target.transport} to there`)
      return
    }
    const message = writeRegister(this.#request, this.#identity, {
      target: this.#target,
      contact: this.#contact,
      gone: this.#gone,
      expiresSeconds: this.#expiresSeconds,
      product: this.#tools.product,
    })
    for (const [name, value] of this.#digest?.headersFor('REGISTER', message.uri) ?? [])
      message.headers.add(name, value)
    this.#transaction = this.#tools.transactions.send(message, this.#remote, {
      response: (received) => this.#receive(received),
      timeout: () => this.#refuse(408, 'Request Timeout'),
      transportError: (reason) => this.#refuse(503, reason),
    })
  }

  #receive({ message, source }: Received<SipResponse>): void {
    const { status } = message
    if (status < 200) return
    if (status < 300) this.#accept(message)
    else if (
      (status === 401 || status === 407) &&
      comesFromAsked(this.#remote.host, source.host) &&
      this.#digest?.challenged(message)
    ) {
      this.#send()
    } else if (status === 423 && this.#takesLonger(message)) this.#send()
    else {
      if (status !== 401 && status !== 407) this.#digest?.accepted()
      this.#refuse(status, message.reason, numberIn(message.headers.first('retry-after')))
    }
  }

  /** RFC 3261 §10.2.8. Whoever takes its Contact back wants no time at all. */
  #takesLonger({ headers }: SipResponse): boolean {
    if (this.#expiresSeconds === 0) return false
    const least = numberIn(headers.first('min-expires'))
    if (least === undefined || least <= this.#expiresSeconds || ++this.#longer > mostLonger) return false
    this.#expiresSeconds = least
    return true
  }

  #accept(message: SipResponse): void {
    this.#digest?.accepted()
    if (this.#contact === undefined) return
    this.#done({
      kind: 'accepted',
      contact: this.#contact,
      expiresSeconds: grantedSeconds(message, this.#contact, this.#expiresSeconds),
      target: this.#target,
      serviceRoute: listed(message, 'service-route'),
      path: listed(message, 'path'),
    })
  }

  #refuse(status: number, reason: string, retryAfterSeconds = 0): void {
    this.#done({ kind: 'refused', status, reason, retryAfterSeconds, mayTryNext: tryNextStatuses.has(status) })
  }
}
