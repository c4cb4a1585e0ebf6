import { EventEmitter } from 'node:events'
import type { Clock, Timer } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { withPatience } from '../../lib/patience.ts'
import { DigestClient } from '../digest/digest-client.ts'
import { Headers } from '../message/headers.ts'
import type { SipUri } from '../message/uri.ts'
import type { SipTarget } from '../sip-target.ts'
import { type Remote, remoteOfTarget } from '../transport/transport.ts'
import { type Attempt, type AttemptTools, RegisterAttempt } from './register-attempt.ts'
import { addressOfRecord, type RegisterIdentity, registerIdentity } from './register-message.ts'
import type {
  RegisterRequest,
  Registration,
  RegistrationEvents,
  RegistrationFacts,
  RegistrationState,
} from './registration.types.ts'
import { refreshDelayMs, retryDelayMs } from './retry-delay.ts'
import { followableRoutes } from './service-route.ts'

export interface RegistrationTools extends AttemptTools {
  clock: Clock
  log: Log
  /** 0 to below 1: spreads refreshes and retries. */
  random: () => number
  /** Keeps the way to the registrar open: `Transports.hold`. */
  hold(remote: Remote, everyMs: number, lost: () => void): () => void
  /** The registration was closed. */
  forget(registration: KeptRegistration): void
}

type Accepted = Extract<Attempt, { kind: 'accepted' }>
type Refused = Extract<Attempt, { kind: 'refused' }>

/** How long a registration is asked to hold, seconds. */
const usualSeconds = 3600
/** How long the registrar may take to answer that the Contact is taken back, milliseconds. */
const farewellMs = 2_000
/** A lost connection is replaced within this, milliseconds, not by all clients of a registrar at once. */
const reconnectMs = 1_000

const unknownRegistrar: Refused = {
  kind: 'refused',
  status: 421,
  reason: 'the registrar could not be looked up',
  retryAfterSeconds: 0,
  mayTryNext: false,
}

/** Keeps one address of record registered (RFC 3261 §10.2): rounds of attempts, refreshes, waits after failures. */
export class KeptRegistration extends EventEmitter<RegistrationEvents> implements Registration {
  readonly #request: RegisterRequest
  readonly #tools: RegistrationTools
  readonly #identity: RegisterIdentity = registerIdentity('register.invalid')
  #digest: DigestClient | undefined
  #state: RegistrationState = 'registering'
  #attempt: RegisterAttempt | undefined
  /** Asked last. */
  #target: SipTarget | undefined
  /** Took the registration last. */
  #registrar: SipTarget | undefined
  /** What the registrar has, as far as it said. */
  #contact: SipUri | undefined
  #isInRound = false
  /** The round under way was overtaken by news: another one follows at once. */
  #isRoundStale = false
  #timer: Timer | undefined
  #release: () => void = () => undefined
  #closing: Promise<void> | undefined
  #expiresAtMs = 0
  #failures = 0
  #last: { status: number; reason: string } | undefined

  /** @throws {IllegalHeader} for a domain with line breaks */
  constructor(request: RegisterRequest, tools: RegistrationTools) {
    super()
    Headers.of([['to', addressOfRecord(request, undefined)]])
    this.#request = request
    this.#tools = tools
    this.#digest = newDigest(request)
    this.#begin()
  }

  get state(): RegistrationState {
    return this.#state
  }

  describe(): RegistrationFacts {
    const target = this.#target
    return {
      state: this.#state,
      addressOfRecord: addressOfRecord(this.#request, target),
      registrar: target && `${target.host}:${target.port}/${target.transport}`,
      expiresInSeconds: Math.max(0, Math.floor((this.#expiresAtMs - this.#tools.clock.monotonicMs()) / 1000)),
      failures: this.#failures,
      last: this.#last,
    }
  }

  /** This end is reached elsewhere now: the registrar is told at once, if it had taken the registration. */
  moved(): void {
    if (this.#isInRound) this.#isRoundStale = true
    else if (this.#state === 'registered') this.#plan(0)
  }

  close(): Promise<void> {
    this.#closing ??= this.#leave()
    return this.#closing
  }

  async #leave(): Promise<void> {
    this.#state = 'closed'
    this.#timer?.cancel()
    this.#attempt?.abandon()
    this.#release()
    // The answer to an attempt under way may just not be here yet.
    const target = this.#registrar ?? this.#target
    if (target !== undefined) await this.#takeBack(target)
    this.#expiresAtMs = 0
    this.#tools.forget(this)
  }

  #begin(): void {
    if (this.#isInRound) {
      this.#isRoundStale = true
      return
    }
    this.#isInRound = true
    this.#isRoundStale = false
    this.#round()
      .catch((error: unknown) => {
        this.#tools.log.error({ err: error }, 'sip: a registration failed unexpectedly')
        if (!this.#isClosed()) this.#failed({ ...unknownRegistrar, status: 500, reason: 'Internal Error' })
      })
      .finally(() => {
        this.#isInRound = false
        if (this.#isRoundStale && this.#state === 'registered') this.#plan(0)
      })
  }

  /** Gives news to the owner, whose failure is not the registration's. */
  #tell(emit: () => void): void {
    try {
      emit()
    } catch (error) {
      this.#tools.log.error({ err: error }, 'sip: a listener of a registration failed')
    }
  }

  /** Tries each way to the registrar until one takes it, or says what no other would say differently. */
  async #round(): Promise<void> {
    const targets = await this.#lookUp()
    let refused: Refused = unknownRegistrar
    for (const target of targets) {
      if (this.#isClosed()) return
      const attempt = await this.#try(target)
      if (this.#isClosed()) return
      if (attempt.kind === 'accepted') {
        this.#accepted(attempt)
        return
      }
      refused = attempt
      if (!attempt.mayTryNext) break
    }
    if (!this.#isClosed()) this.#failed(refused)
  }

  /** The way that worked last comes first: its registrar knows this end. */
  async #lookUp(): Promise<readonly SipTarget[]> {
    try {
      const targets = await this.#request.targets()
      const known = targets.find((target) => isSamePlace(target, this.#registrar))
      return known === undefined ? targets : [known, ...targets.filter((target) => target !== known)]
    } catch (error) {
      this.#tools.log.warn({ err: String(error) }, 'sip: the registrar could not be looked up')
      return []
    }
  }

  async #try(target: SipTarget): Promise<Attempt> {
    this.#target = target
    const { expiresSeconds = usualSeconds } = this.#request
    this.#attempt = new RegisterAttempt(this.#request, this.#identity, this.#digest, this.#tools, {
      target,
      expiresSeconds,
      known: this.#knownContact,
    })
    const attempt = await this.#attempt.result
    this.#last = attempt.kind === 'accepted' ? { status: 200, reason: 'OK' } : attempt
    return attempt
  }

  #accepted({ contact, expiresSeconds, target, serviceRoute: named, path }: Accepted): void {
    const { clock, log, random } = this.#tools
    this.#contact = contact
    this.#registrar = target
    const serviceRoute = followableRoutes(named)
    if (serviceRoute === undefined) {
      log.warn(
        { registrar: this.describe().registrar, named },
        'sip: a Service-Route cannot be followed; calls go without',
      )
    }
    this.#state = 'registered'
    this.#failures = 0
    this.#expiresAtMs = clock.monotonicMs() + expiresSeconds * 1000
    // A registrar that grants no time at all is asked again like one that refused.
    const delayMs = expiresSeconds > 0 ? refreshDelayMs(expiresSeconds, random()) : retryDelayMs(1, random())
    this.#plan(delayMs)
    this.#hold(target)
    this.#tell(() => this.emit('registered', { expiresSeconds, target, serviceRoute: serviceRoute ?? [], path }))
  }

  #failed({ status, reason, retryAfterSeconds }: Refused): void {
    const { log, random } = this.#tools
    this.#state = 'waiting'
    this.#last = { status, reason }
    this.#failures++
    // What was refused now may be right by then: the next round begins as if nothing had been tried.
    this.#digest = newDigest(this.#request)
    const delayMs = retryDelayMs(this.#failures, random(), retryAfterSeconds)
    this.#plan(delayMs)
    const retrySeconds = Math.round(delayMs / 1000)
    log.warn({ registrar: this.describe().registrar, status, reason, retrySeconds }, 'sip: registration failed')
    this.#tell(() => this.emit('failed', { status, reason, retrySeconds }))
  }

  #plan(delayMs: number): void {
    this.#timer?.cancel()
    this.#timer = this.#tools.clock.after(delayMs, () => {
      if (this.#state === 'waiting') this.#state = 'registering'
      this.#begin()
    })
  }

  #hold(target: SipTarget): void {
    const { keepAliveSeconds = 0 } = this.#request
    this.#release()
    if (keepAliveSeconds <= 0) return
    this.#release = this.#tools.hold(remoteOfTarget(target), keepAliveSeconds * 1000, () => {
      if (this.#state !== 'registered') return
      this.#tools.log.info({ registrar: this.describe().registrar }, 'sip: the connection to the registrar is lost')
      this.#plan(this.#tools.random() * reconnectMs)
    })
  }

  /** Asks the registrar to forget the Contact: nobody is to be sent here any more. */
  async #takeBack(target: SipTarget): Promise<void> {
    const leaving = new RegisterAttempt(this.#request, this.#identity, this.#digest, this.#tools, {
      target,
      expiresSeconds: 0,
      known: this.#knownContact,
    })
    await withPatience(this.#tools.clock, farewellMs, leaving.result)
    leaving.abandon()
  }

  /** What the registrar holds of us; nothing once the granted time is over. */
  get #knownContact() {
    return this.#expiresAtMs > this.#tools.clock.monotonicMs() ? this.#contact : undefined
  }

  #isClosed(): boolean {
    return this.#state === 'closed'
  }
}

function newDigest({ credentials }: RegisterRequest): DigestClient | undefined {
  return credentials && new DigestClient(credentials)
}

function isSamePlace(one: SipTarget, other: SipTarget | undefined): boolean {
  return one.host === other?.host && one.port === other.port && one.transport === other.transport
}
