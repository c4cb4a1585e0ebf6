import type { EventEmitter } from 'node:events'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { RegisterRequest, Registration } from './registration/registration.types.ts'
import type { Credentials, SipListener, SipTarget, SipTransportName, TlsTrust } from './sip-target.ts'

export type { Credentials, SipListener, SipTarget, SipTransportName, TlsTrust }

/**
 * The contract of the SIP layer as its users see it (the trunk, the virtual phones, tests). Everything about
 * transactions, retransmission, dialogs and digest is below this line. RFC numbers name the behaviour.
 */
export interface SipUserAgent extends EventEmitter<SipUserAgentEvents> {
  /** Bound addresses, one per listener, with the real port when 0 was asked for. */
  readonly listening: readonly SipListener[]
  /** Sends an INVITE (RFC 3261 §13.2) and returns at once; the call's events tell the rest. */
  invite(request: InviteRequest): OutgoingCall
  /** OPTIONS ping (RFC 3261 §11). Resolves with the final status, 408 after the transaction timeout. */
  options(target: SipTarget): Promise<{ status: number; reason: string }>
  /**
   * Registers an address of record and keeps it registered (RFC 3261 §10) until it, or this agent, is closed.
   *
   * @throws {IllegalHeader} for a domain with line breaks
   */
  register(request: RegisterRequest): Registration
  /**
   * This end is reached at another host from now on, by far ends that are not on this machine: Via and Contact of what it
   * sends tell it, and registrations that hold are renewed at once, others with their next try. Calls under way tell it with
   * their next message.
   *
   * @param host `undefined`: at its bound addresses
   */
  advertise(host: string | undefined): void
  /** What was not worked on since the start, by reason. */
  drops(): SipDrops
  /** Live dialogs and transactions: for tests that look for leaks, and for /metrics. */
  describe(): SipCounts
  /** Hangs up nothing: the owner ends its calls first. Takes registrations back, closes sockets and timers. */
  close(): Promise<void>
}

export interface SipUserAgentEvents {
  /** A new call came in; a 100 Trying has been sent. The handler must accept or reject it. */
  call: [IncomingCall]
}

export interface UserAgentOptions {
  listen: readonly SipListener[]
  /** Shown as User-Agent and Server. */
  product: string
  clock: Clock
  log: Log
  /** RFC 3261 §17.1.1.1 T1 in milliseconds; 500 unless a test shortens it. */
  t1Ms?: number
  /** Host for Via and Contact when it is not the bound one: behind address translation. Never told to loopback peers. */
  advertisedHost?: string
  /**
   * Whose messages are heard; everybody's when absent. A stranger gets no answer at all, whatever it sends, and over TCP no
   * connection. Taken from any address is only what belongs to a call under way (its Call-ID and this end's tag), since a far
   * end may hang up from another one than it was called at; and an answer to a request of ours, but for a challenge, from
   * where that went, since within a call requests go where the far end says. Whoever this end spoke to may connect for an
   * hour.
   */
  admit?: Admit
  /** Needed for listeners and targets with transport `tls`. */
  tls?: TlsOptions
  /** Messages a second of one address that are worked on, 5,000 unless given; what is above is dropped unread. */
  mostMessagesPerSecond?: number
  /** 0 to below 1, for what is spread by chance: refreshes and retries of registrations. `Math.random` unless given. */
  random?: () => number
  /** Sees every message as it passes: for traces and ladders. */
  onMessage?: (event: SipMessageEvent) => void
}

/** SIP over TLS (RFC 3261 §26.2.1). */
export interface TlsOptions extends TlsTrust, TlsIdentity {
  /** Far ends that connect here must show a certificate that `authorities` vouch for. */
  demandsCertificate?: boolean
  /** Called once, with what takes over a renewed certificate: new connections show it, old ones go on. */
  renewals?: (takeOver: (identity: TlsIdentity) => void) => void
}

/** Who this end is over TLS. */
export interface TlsIdentity {
  /** The certificate of this end and those above it, PEM: shown to whoever connects, and to far ends that ask for one. */
  certificate: string
  /** Its private key, PEM. */
  key: string
}

/** Decides by the address a message came from. Called for each message: it must be quick. */
export type Admit = (source: SipListener) => 'serve' | 'drop'

export interface SipMessageEvent {
  /** Wall time, milliseconds. */
  at: number
  direction: 'sent' | 'received'
  transport: SipTransportName
  /** This end, as the far end reaches it. */
  local: { host: string; port: number }
  remote: { host: string; port: number }
  /** Call-ID header. */
  callId: string
  /** `INVITE`, or `486 Busy Here`. */
  summary: string
  /** The whole message as text; may contain credentials: redact before storing. */
  text: () => string
}

export interface InviteRequest {
  target: SipTarget
  /** Who calls, as the callee may see it; `host` is this end's address unless given. */
  from: { user: string; displayName?: string; host?: string }
  /** The called party in To; usually `target.user`. */
  to: { user: string }
  /** SDP offer; '' to let the far end make one, which then comes as the `offer` event, before the answer or with it. */
  offer: string
  /** Opaque id to be part of the Call-ID header, for operators who search logs. Characters outside RFC 3261 `word` are replaced. */
  callIdPrefix?: string
  /** Answers 401 and 407 (RFC 8760: SHA-256 and MD5), at most once per nonce. */
  credentials?: Credentials
  /**
   * Proxies that the INVITE has to pass, Route values with `lr`, nearest first (RFC 3261 §8.1.2), as a registrar names them
   * (RFC 3608). It is sent to `target` all the same, which passes it on to the first of them, or is that one.
   */
  routes?: readonly string[]
  /** Extra headers; values are checked for line breaks. */
  headers?: readonly [name: string, value: string][]
  /** CANCEL after this long without a final answer, milliseconds. Counted from the first INVITE. */
  ringTimeoutMs: number
  /**
   * Whether the far end may have its provisional answers acknowledged (RFC 3262), `supported` unless given. `required`: a far
   * end that cannot refuses the call with 420. `off`: not offered; one that insists nevertheless gets its PRACK, since it
   * would give the call up without.
   */
  reliableProvisional?: 'supported' | 'required' | 'off'
  /**
   * How often both ends make sure that the call still lives (RFC 4028), seconds: at least 90, 1800 unless given, 0 for never.
   * A far end that knows nothing of it is asked for nothing; one that allows no less raises it (422).
   */
  sessionExpiresSeconds?: number
}

/** One SIP call seen from this end, incoming or outgoing. Exactly one `ended` is emitted, as the last event. */
export interface SipCall extends EventEmitter<SipCallEvents> {
  /** Call-ID header. */
  readonly callId: string
  readonly state: SipCallState
  /** The far end's last session description, when it gave one. */
  readonly remoteDescription: string | undefined
  /**
   * Ends the call whatever its state: CANCEL, BYE, or a final error answer. Idempotent. `ended` follows at once after a BYE
   * (RFC 3261 §15.1.1), with the INVITE's final answer after a CANCEL, with the ACK when that is still awaited; 64·T1 at most.
   */
  hangUp(cause?: HangUpCause): void
  /**
   * Sends a new offer in the dialog (re-INVITE, RFC 3261 §14.1); before the answer by UPDATE, once a reliable provisional
   * answer has settled the first offer (RFC 3311). Rejects with `OfferRefused` (its `status`) when refused.
   */
  reoffer(offer: string): Promise<string>
}

export type SipCallState = 'calling' | 'proceeding' | 'early' | 'confirmed' | 'terminated'

export interface HangUpCause {
  /** Q.850 cause for the Reason header (RFC 3326). */
  q850: number
  text: string
}

export interface OutgoingCall extends SipCall {
  readonly direction: 'outgoing'
}

export interface IncomingCall extends SipCall {
  readonly direction: 'incoming'
  /** Request-URI user, From user and display name, To user. */
  readonly request: { uriUser: string; fromUser: string; fromDisplayName?: string; toUser: string; source: SipListener }
  /** Any header of the INVITE, as text. */
  header(name: string): string | undefined
  /**
   * 180 Ringing, or 183 with an SDP answer for early media (an offer, when the INVITE had none). With SDP it is sent reliably
   * to a caller who supports that (RFC 3262): repeated until the PRACK, and without one for 64·T1 the call ends with 504.
   * `isReliable` false: only when the caller requires it; true: without SDP, too.
   */
  ring(answer?: string, how?: { isReliable?: boolean }): void
  /**
   * 200 OK with the answer (an offer, when the INVITE had none); repeats it until the ACK (RFC 3261 §13.3.1.4). It waits for
   * the PRACK of a reliable 183 with SDP, whose description stands then and is not said again.
   */
  accept(description: string): void
  /** A final error answer, 300 to 699. */
  reject(status: number, reason?: string, headers?: readonly [name: string, value: string][]): void
}

export interface SipCallEvents {
  /** 180, 181, 182 or 183, the first time each arrives, and once more with the first `description` (early media). */
  progress: [status: number, description: string | undefined]
  /** The dialog is confirmed: 2xx with its answer (outgoing), ACK (incoming). */
  answered: [description: string | undefined]
  /**
   * The far end offers a change (re-INVITE, UPDATE or PRACK), or makes the first offer when the INVITE had none. The first
   * listener answers with SDP or a refusal. Without a listener the stack answers 488.
   */
  offer: [offer: string, respond: (answer: { description: string } | { status: number; reason: string }) => void]
  /**
   * The far end's description changed without an offer to be answered: it asked for an offer by an empty re-INVITE, got
   * this end's last description again, and answered in its ACK.
   */
  remoteChanged: [description: string]
  /** DTMF by SIP INFO (`application/dtmf-relay` or `application/dtmf`). */
  info: [contentType: string, body: string]
  /** The last event. */
  ended: [SipCallEnd]
}

/** Why a call is over, as far as SIP knows. */
export type SipCallEnd =
  /**
   * Final answer 300..699 to the INVITE; `q850` and `q850Text` from its Reason header (RFC 3326). `status` 408 with
   * `local: true`: nobody answered at all.
   */
  | {
      kind: 'refused'
      status: number
      reason: string
      q850?: number
      q850Text?: string
      /** How long the far end asks to be left alone (Retry-After, RFC 3261 §20.33). */
      retryAfterSeconds?: number
      local: boolean
    }
  /** The ring timeout ran out and CANCEL was sent. */
  | { kind: 'ringTimeout' }
  /** `hangUp()` before the answer (outgoing), CANCEL of the far end (incoming). */
  | { kind: 'cancelled'; by: 'here' | 'there' }
  /** BYE after the answer. */
  | { kind: 'bye'; by: 'here' | 'there'; q850?: number }
  /**
   * The transport failed, the ACK or PRACK never came, the session expired (RFC 4028), or a message broke the dialog. No
   * redirection (3xx) is ever followed: it ends the call as `refused`.
   */
  | { kind: 'failed'; reason: string }

/** Messages and connections that got no answer, counted since the start. */
export interface SipDrops {
  /** Messages of addresses that are not admitted. */
  strangers: number
  /** Messages above what one address may send in a second. */
  floods: number
  /** Connections that were not admitted, or above what one address may open. */
  connections: number
}

export interface SipCounts {
  calls: number
  clientTransactions: number
  serverTransactions: number
  connections: number
}
