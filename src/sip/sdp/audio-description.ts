import type { LocalCrypto, NegotiatedKeys } from './crypto.ts'

/** The two codecs of RFC 3551 §6 that this stack negotiates: payload types 8 (A-law) and 0 (µ-law). */
export type AudioCodec = 'PCMA' | 'PCMU'

/** RFC 3264 §5.1, always seen from here: `sendonly` means that this end sends and does not listen. */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'

/** Where and how the far end wants its audio: what a media session must know to send and to receive. */
export interface AudioDescription {
  /** Connection address of the far end, numeric or a name; IPv6 without brackets. */
  host: string
  /** RTP port of the far end. */
  port: number
  /** RTCP port when it is not `port + 1` (RFC 3605). */
  rtcpPort?: number
  codec: AudioCodec
  /** RTP payload type of the codec, as the far end numbers it. */
  payloadType: number
  /** RFC 4733 payload type, absent when the far end takes no telephone events. */
  telephoneEventPayloadType?: number
  /** The keys of SRTP; absent when the audio is in the clear. */
  srtp?: NegotiatedKeys
  direction: Direction
}

/** This end's audio socket and wishes. */
export interface LocalAudio {
  /** Address to be told to the far end: numeric, IPv6 without brackets. */
  host: string
  /** RTP port. */
  port: number
  /** RTCP port when it is not `port + 1` (RFC 3605). */
  rtcpPort?: number
  /** Codecs in order of preference; A-law before µ-law unless said otherwise. */
  codecs?: readonly AudioCodec[]
  /** What this end wants; `sendrecv` unless said otherwise, `sendonly` to hold the far end. */
  direction?: Direction
  /** `false`: no telephone events (RFC 4733), neither offered nor taken. */
  keyEvents?: boolean
  /** SRTP with these keys; absent: audio in the clear only. */
  crypto?: LocalCrypto
  /**
   * The o= line (RFC 4566 §5.2): the id stays for the whole call, the version grows by one whenever this end's
   * description changes. A fresh session (version 1) when absent.
   */
  session?: { id: number; version: number }
}

/**
 * Why two ends cannot talk: `malformed` SDP, no `audio` line, a line that was `rejected` (port 0), no codec in common, or
 * no keys where this end requires them.
 */
export type NoAudioReason = 'malformed' | 'noAudioLine' | 'rejected' | 'noCommonCodec' | 'noCommonCrypto'

/** Raised when a session description offers no audio that this end can use; the SIP answer to such an offer is 488. */
export class NoCommonAudio extends Error {
  override readonly name = 'NoCommonAudio'
  readonly reason: NoAudioReason

  constructor(reason: NoAudioReason) {
    super(`no usable audio in the session description: ${reason}`)
    this.reason = reason
  }
}

/** RFC 3551 table 4: payload types that need no rtpmap. */
export const staticPayloadTypes: Readonly<Record<AudioCodec, number>> = { PCMA: 8, PCMU: 0 }

/** The payload type this end proposes for telephone events; any dynamic one would do (RFC 4733 §2.5). */
export const telephoneEventPayloadType = 101

/** Events 0-9, star, hash, A-D (RFC 4733 §3.2). */
export const telephoneEvents = '0-15'
