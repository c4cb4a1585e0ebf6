import type { RtpStatistics } from '../media/media.ts'
import type { SipTransportName } from '../sip/sip-target.ts'

/** One thing that happened to a call, as its trace keeps it. `at`: wall time, milliseconds. */
export type TraceEntry = TracedLeg | TracedMessage | TracedState | TracedSound

/** An INVITE left over a trunk. */
export interface TracedLeg {
  readonly kind: 'leg'
  readonly at: number
  readonly trunk: string
  /** Call-ID header of its messages. */
  readonly sipCallId: string
}

/** A SIP message, without credentials and keys. */
export interface TracedMessage {
  readonly kind: 'sip'
  readonly at: number
  readonly direction: 'sent' | 'received'
  readonly transport: SipTransportName
  readonly local: SocketName
  readonly remote: SocketName
  /** Call-ID header: a call has one per leg and per trunk that was tried. */
  readonly sipCallId: string
  readonly text: string
}

/** The call moved on, in the words of the call states, or a key was pressed. */
export interface TracedState {
  readonly kind: 'state'
  readonly at: number
  readonly words: string
}

/** What RTP counted on one leg until its end. */
export interface TracedSound {
  readonly kind: 'sound'
  readonly at: number
  readonly local: SocketName
  readonly statistics: RtpStatistics
}

/** IPv6 without brackets. */
export interface SocketName {
  readonly host: string
  readonly port: number
}
