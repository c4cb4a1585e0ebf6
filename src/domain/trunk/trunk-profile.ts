import type { NumberForm, RewriteRule } from './number-forms.ts'

/** How a trunk is reached: `dns` leaves port and transport to NAPTR and SRV records (RFC 3263). */
export type TrunkTransport = 'udp' | 'tcp' | 'tls' | 'dns'

/** Encryption of the sound (SRTP, RFC 3711, keys by SDP security descriptions, RFC 4568). */
export type SrtpUse = 'off' | 'optional' | 'required'

export type TrunkCodec = 'PCMA' | 'PCMU'

/** How keys are told: as RFC 4733 events, by SIP INFO, or as tones in the sound. */
export type KeyWay = 'rfc4733' | 'info' | 'inband'

/** Whether provisional answers may be acknowledged (100rel and PRACK, RFC 3262): `required` refuses who cannot. */
export type ReliableProvisional = 'supported' | 'required' | 'off'

/** Which number stands in P-Asserted-Identity (RFC 3325 §9.1): none, the shown one, or the trunk's own. */
export type AssertedIdentity = 'off' | 'shown' | 'own'

/** Everything that an operator says about one way to the telephone network. Lists that are empty say "none". */
export interface TrunkProfile {
  readonly name: string
  readonly enabled: boolean
  /** Name or address of the next hop. */
  readonly host: string
  /** 0: the usual one of the transport, or what DNS says. */
  readonly port: number
  readonly transport: TrunkTransport
  /** Whether this end registers there (RFC 3261 §10), as `username`. Else the carrier knows the address of this end. */
  readonly registers: boolean
  /** For digest authentication; empty: none. */
  readonly username: string
  readonly password: string
  readonly srtp: SrtpUse
  /** In the order in which they are offered. */
  readonly codecs: readonly TrunkCodec[]
  readonly keys: KeyWay
  /** `true`: the far end's RTP may come from another port than it described, as from behind a NAT; it is learnt. */
  readonly learnsPort: boolean
  readonly reliableProvisional: ReliableProvisional
  /** How often both ends make sure that a call still lives (session timers, RFC 4028): 90 or more; 0: never. */
  readonly sessionSeconds: number
  /** How the called number is written in the INVITE: a form, then the first rule that fits. */
  readonly calledForm: NumberForm
  readonly calledRules: readonly RewriteRule[]
  /** The same for the shown number. */
  readonly shownForm: NumberForm
  readonly shownRules: readonly RewriteRule[]
  /** Shown when a call has no number of its own. */
  readonly ownNumber: string
  /** Numbers that the carrier lets this end show, `95588` or `0571*`; empty: any. */
  readonly showNumbers: readonly string[]
  /** Numbers that must leave by this trunk, or by another that lists them too. */
  readonly boundNumbers: readonly string[]
  readonly assertedIdentity: AssertedIdentity
  /** `true`: the callee sees nobody (`Privacy: id`, RFC 3323 and RFC 3325 §9.3); the network still learns the number. */
  readonly privacy: boolean
  /** Host of the From address; empty: the address of this end. */
  readonly fromDomain: string
  /** Lower goes first; the next one takes what those before it cannot. */
  readonly priority: number
  /** Share among trunks of the same priority. */
  readonly weight: number
  /** Simultaneous calls, of all nodes together. */
  readonly channels: number
  /** New calls in any second, of all nodes together; 0: no limit. */
  readonly callsPerSecond: number
  /** New calls on a day of China time, of all nodes together; 0: no limit. */
  readonly callsPerDay: number
  /** What may be dialled: `13`, `0571` for mainland numbers, `+852` for others, `*` for all. Empty: nothing. */
  readonly destinations: readonly string[]
  /** OPTIONS this often while it answers; 0: never. */
  readonly pingSeconds: number
  /** So many calls in a row that fail by its own fault, and it rests for a while; 0: it never does. */
  readonly restAfter: number
  /** A next hop that gave no sign for so long after an INVITE is given up, and another is tried. */
  readonly answerSeconds: number
}

/** A trunk whose operator said nothing but where it leads. It may dial nothing. */
export const usualTrunk: Omit<TrunkProfile, 'name' | 'host'> = {
  enabled: true,
  port: 0,
  transport: 'udp',
  registers: false,
  username: '',
  password: '',
  srtp: 'off',
  codecs: ['PCMA', 'PCMU'],
  keys: 'rfc4733',
  learnsPort: false,
  reliableProvisional: 'supported',
  sessionSeconds: 1800,
  calledForm: 'dialled',
  calledRules: [],
  shownForm: 'dialled',
  shownRules: [],
  ownNumber: '',
  showNumbers: [],
  boundNumbers: [],
  assertedIdentity: 'off',
  privacy: false,
  fromDomain: '',
  priority: 10,
  weight: 1,
  channels: 30,
  callsPerSecond: 0,
  callsPerDay: 0,
  destinations: [],
  pingSeconds: 30,
  restAfter: 3,
  answerSeconds: 6,
}

/** Names of the trunks that are not in the store: the one of the settings, and the virtual phones. */
export const ownTrunkNames = { settings: 'settings', phones: 'phones' } as const
