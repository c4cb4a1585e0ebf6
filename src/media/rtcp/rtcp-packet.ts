/** RFC 3550 §6.4.1: what one receiver says about one source. */
export interface ReportBlock {
  /** The source it is about. */
  ssrc: number
  /** 0 … 255 of 256, since the block before. */
  fractionLost: number
  /** 24 bits, signed. */
  cumulativeLost: number
  /** Extended: cycles · 65536 + sequence number. */
  highestSequence: number
  /** In timestamp units (1/8000 s). */
  jitter: number
  /** Middle 32 bits of the NTP time of the last sender report; 0 when there was none. */
  lastSenderReport: number
  /** Since that report, in 1/65536 s. */
  delaySinceLastSenderReport: number
}

/** RFC 3550 §6.4.1: what a sender says about its stream. */
export interface SenderInfo {
  /** 64 bits: seconds since 1900 and their fraction, 32 bits each. */
  ntpSeconds: number
  ntpFraction: number
  rtpTimestamp: number
  packetCount: number
  octetCount: number
}

/** One packet of a compound. Items that we have no use for (APP, feedback) are passed over. */
export type RtcpPacket =
  | { kind: 'senderReport'; ssrc: number; sender: SenderInfo; blocks: readonly ReportBlock[] }
  | { kind: 'receiverReport'; ssrc: number; blocks: readonly ReportBlock[] }
  | { kind: 'description'; ssrc: number; cname: string }
  | { kind: 'bye'; ssrcs: readonly number[]; reason: string }

/** §12.1 */
export const rtcpTypes = { senderReport: 200, receiverReport: 201, description: 202, bye: 203 } as const
/** Octets of a report block, and of the sender information. */
export const blockBytes = 24
export const senderInfoBytes = 20
/** SDES item CNAME (§6.5.1). */
export const cnameItem = 1
