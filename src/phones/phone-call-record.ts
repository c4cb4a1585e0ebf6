import type { RtpStatistics } from '../media/media.ts'
import type { SipTransportName } from '../sip/user-agent.types.ts'
import type { PhoneCallState } from './phone-states.ts'
import type { PrintedScript } from './print-script.ts'

/**
 * What happened in one call of a virtual phone: answered by the control API as it is, kept as `call.json`. Times are wall
 * time in milliseconds since 1970.
 */
export interface PhoneCallRecord {
  /** Unique among all phones of the node, sortable by time. */
  readonly id: string
  /** The phone: digits of the called number. */
  readonly number: string
  /** Who called, as the phone saw it. */
  readonly from: string
  readonly fromDisplayName?: string
  /** Call-ID header. */
  readonly sipCallId: string
  /** The CallId of the API, when the caller was our own trunk. */
  readonly callId?: string
  /** Why the phone behaved as it did: its number, a script that was put, or it was in a call already. */
  readonly behaviour: 'standard' | 'script' | 'busy'
  readonly script: PrintedScript
  state: PhoneCallState
  readonly startedAt: number
  answeredAt?: number
  /** Set when the call is over and its recording is complete. */
  endedAt?: number
  end?: PhoneCallEnd
  /** Keys of the far end, in order. */
  keysHeard: string
  /** Keys that this phone pressed, in order. */
  keysPressed: string
  /** Length of heard.wav; absent when nothing was recorded. */
  heardMs?: number
  rtp?: RtpStatistics
  /** What kept the phone from following its script. */
  problem?: string
  readonly timeline: TimelineEntry[]
  /** Entries that were left out because the timeline was full. */
  timelineLeftOut?: number
}

export interface PhoneCallEnd {
  readonly by: 'caller' | 'phone' | 'network'
  /** `hungUp`: BYE after the answer · `gaveUp`: CANCEL · `rejected`: final error answer · `broken`: anything else. */
  readonly how: 'hungUp' | 'gaveUp' | 'rejected' | 'broken'
  /** SIP status of a rejection. */
  readonly status?: number
  readonly q850?: number
  readonly reason?: string
}

/** One line of the call's story. */
export type TimelineEntry = { readonly at: number } & TimelineNews

export type TimelineNews =
  | {
      readonly kind: 'sip'
      /** Seen from the phone. */
      readonly direction: 'sent' | 'received'
      readonly transport: SipTransportName
      /** `host:port` */
      readonly remote: string
      /** `INVITE`, or `486 Busy Here`. */
      readonly summary: string
      /** The whole message, credentials blanked. */
      readonly text: string
    }
  | { readonly kind: 'state'; readonly state: PhoneCallState }
  /** A step begins; written as in the script. */
  | { readonly kind: 'step'; readonly step: Readonly<Record<string, unknown>> }
  | { readonly kind: 'keyHeard'; readonly key: string; readonly by: 'rtp' | 'info'; readonly durationMs?: number }
  | { readonly kind: 'keysPressed'; readonly keys: string }
  /** The far end's first audio packet. */
  | { readonly kind: 'audio' }
  /** The far end changed the session: hold, another address. `direction` seen from the phone. */
  | { readonly kind: 'changed'; readonly direction: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive' }
  | { readonly kind: 'problem'; readonly text: string }
