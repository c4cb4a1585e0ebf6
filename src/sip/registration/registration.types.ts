import type { EventEmitter } from 'node:events'
import type { Credentials, SipTarget } from '../sip-target.ts'

/** What to register, and where (RFC 3261 §10). */
export interface RegisterRequest {
  /**
   * The ways to the registrar, best first, asked for before each round of attempts: a name is looked up again each time
   * (`resolve/target-resolver.ts`). One that rejects counts as a failed round.
   */
  targets: () => Promise<readonly SipTarget[]>
  /** The address of record: `sip:user@domain`. Without a domain the one of the target. */
  user: string
  domain?: string
  credentials?: Credentials
  /** User part of the Contact, which comes back in the Request-URI of calls to here; `user` when absent. */
  contactUser?: string
  /** How long a registration is asked to hold, seconds; 3,600 unless given. The registrar may shorten it. */
  expiresSeconds?: number
  /**
   * Keeps the way back open: line breaks to the registrar this often, seconds (RFC 5626 §3.5.1; over UDP a datagram of
   * them, which only keeps address translation awake). A connection that is lost is noticed and registered anew. 0: never.
   */
  keepAliveSeconds?: number
}

/** A registration that is kept alive until it is closed. */
export interface Registration extends EventEmitter<RegistrationEvents> {
  readonly state: RegistrationState
  /** What it stands at: for the trunk's health, the console and tests. */
  describe(): RegistrationFacts
  /** Takes the Contact back (`expires=0`, RFC 3261 §10.2.2). Resolves when that is answered or given up after 2 s. */
  close(): Promise<void>
}

/**
 * `registering`: the first attempt is under way, or again after a failure; `registered`: calls arrive, refreshes included;
 * `waiting`: failed, the next attempt has its time; `closed`.
 */
export type RegistrationState = 'registering' | 'registered' | 'waiting' | 'closed'

export interface RegistrationEvents {
  /** The registrar took it, the first time and after each refresh. */
  registered: [RegistrationAccepted]
  /** A round of attempts failed. Another one follows by itself. */
  failed: [RegistrationFailure]
}

export interface RegistrationAccepted {
  /** How long it holds, seconds. */
  expiresSeconds: number
  /** The target that took it. */
  target: SipTarget
  /**
   * Routes for requests of ours to this registrar's domain, Route values, nearest first (RFC 3608): `InviteRequest.routes`.
   * None when the registrar names none, or some that cannot be followed.
   */
  serviceRoute: readonly string[]
  /** How calls come back, as the registrar noted it (RFC 3327). */
  path: readonly string[]
}

export interface RegistrationFailure {
  /** Final status of the last attempt; 408 nobody answered, 503 could not be sent, 421 nothing could be looked up. */
  status: number
  reason: string
  /** When the next round begins, seconds from now. */
  retrySeconds: number
}

export interface RegistrationFacts {
  state: RegistrationState
  /** `sip:user@domain` */
  addressOfRecord: string
  /** `host:port/transport` of the target that was used last. */
  registrar: string | undefined
  /** What is left, seconds; 0 when not registered. */
  expiresInSeconds: number
  /** Rounds that failed one after another. */
  failures: number
  last: { status: number; reason: string } | undefined
}
