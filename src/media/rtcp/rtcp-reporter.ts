import type { Clock, Timer } from '../../lib/clock.ts'
import type { ReceptionStatistics } from '../rtp/reception-statistics.ts'
import type { RtpSender } from '../rtp/rtp-sender.ts'
import { middleBits, type NtpTime, ntpTime, spanMs } from './ntp-time.ts'
import { parseRtcp } from './parse-rtcp.ts'
import { rtcpIntervalMs } from './rtcp-interval.ts'
import type { ReportBlock, RtcpPacket } from './rtcp-packet.ts'
import { serializeRtcp } from './serialize-rtcp.ts'

/** What the far end reported of the stream that we send (RFC 3550 §6.4.1). */
export interface FarEndReport {
  packetsLost: number
  jitterMs: number
}

/** IPv4 and UDP headers, which count for the report interval (RFC 3550 §6.2). */
const transportOctets = 28
/** A phone call has two members (§6.3). */
const callMembers = 2

export interface ReporterOptions {
  clock: Clock
  /** 0 … 1 */
  random: () => number
  sender: RtpSender
  /** The RTP timestamp of this moment, on the sender's scale. */
  timestampNow: () => number
  /** Who is heard now, if anybody. */
  reception: () => ReceptionStatistics | undefined
  send: (datagram: Buffer) => void
}

/**
 * RTCP of one session: sends a report with the source description at the intervals of RFC 3550 §6.3, a BYE at the
 * end, and reads the far end's reports for the round trip.
 */
export class RtcpReporter {
  readonly #options: ReporterOptions
  /** RFC 7022 §4.2: unique, short-lived, tells nothing about the host. */
  readonly #cname: string
  readonly #startMonotonicMs: number
  readonly #startWallMs: number
  #timer: Timer | undefined
  #averageOctets = 100 + transportOctets
  #packetsAtLastReport = 0
  #lastSenderReport: { ssrc: number; middle: number; atMs: number } | undefined
  #roundTripMs: number | undefined
  #farEnd: FarEndReport | undefined

  constructor(options: ReporterOptions) {
    this.#options = options
    this.#cname = Array.from({ length: 16 }, () => Math.floor(options.random() * 36).toString(36)).join('')
    this.#startMonotonicMs = options.clock.monotonicMs()
    this.#startWallMs = options.clock.now()
  }

  /** The last measured round trip, milliseconds. */
  get roundTripMs(): number | undefined {
    return this.#roundTripMs
  }

  /** The far end's last word about what it hears of us. */
  get farEnd(): FarEndReport | undefined {
    return this.#farEnd
  }

  /** Begins to report; again does nothing. */
  start(): void {
    if (this.#timer === undefined) this.#schedule(true)
  }

  /** Sends a last report with BYE (§6.6) when it had begun, and stops. */
  stop(): void {
    if (this.#timer === undefined) return
    this.#timer.cancel()
    this.#timer = undefined
    this.#report([{ kind: 'bye', ssrcs: [this.#options.sender.ssrc], reason: '' }])
  }

  /** Takes a datagram of the far end. @returns false when it is no RTCP. */
  receive(datagram: Buffer): boolean {
    const packets = parseRtcp(datagram)
    if (packets === undefined) return false
    this.#averageIn(datagram.length)
    const atMs = this.#options.clock.monotonicMs()
    for (const packet of packets) {
      if (packet.kind === 'senderReport') {
        const middle = middleBits({ seconds: packet.sender.ntpSeconds, fraction: packet.sender.ntpFraction })
        this.#lastSenderReport = { ssrc: packet.ssrc, middle, atMs }
      }
      if (packet.kind === 'senderReport' || packet.kind === 'receiverReport') this.#readBlocks(packet.blocks)
    }
    return true
  }

  /** §6.4.1: now, less when our report was sent, less how long the far end kept it. */
  #readBlocks(blocks: readonly ReportBlock[]): void {
    const ours = blocks.find((block) => block.ssrc === this.#options.sender.ssrc)
    if (ours === undefined) return
    this.#farEnd = { packetsLost: Math.max(0, ours.cumulativeLost), jitterMs: ours.jitter / 8 }
    if (ours.lastSenderReport === 0) return
    const now = middleBits(this.#ntpNow())
    this.#roundTripMs = spanMs(now - ours.lastSenderReport - ours.delaySinceLastSenderReport)
  }

  #schedule(isFirst: boolean): void {
    const { clock, random } = this.#options
    const delayMs = rtcpIntervalMs(callMembers, this.#averageOctets, isFirst, random())
    this.#timer = clock.after(delayMs, () => {
      this.#schedule(false)
      this.#report([])
    })
  }

  #report(more: readonly RtcpPacket[]): void {
    const { sender, timestampNow, send } = this.#options
    const blocks = this.#blocks()
    // §6.4: a sender report when something was sent since the one before, else a receiver report.
    const hasSent = sender.packetsSent !== this.#packetsAtLastReport
    this.#packetsAtLastReport = sender.packetsSent
    const ntp = this.#ntpNow()
    const report: RtcpPacket = hasSent
      ? {
          kind: 'senderReport',
          ssrc: sender.ssrc,
          sender: {
            ntpSeconds: ntp.seconds,
            ntpFraction: ntp.fraction,
            rtpTimestamp: timestampNow(),
            packetCount: sender.packetsSent >>> 0,
            octetCount: sender.octetsSent >>> 0,
          },
          blocks,
        }
      : { kind: 'receiverReport', ssrc: sender.ssrc, blocks }
    const datagram = serializeRtcp([report, { kind: 'description', ssrc: sender.ssrc, cname: this.#cname }, ...more])
    this.#averageIn(datagram.length)
    send(datagram)
  }

  #blocks(): ReportBlock[] {
    const heard = this.#options.reception()
    if (heard === undefined) return []
    const last = this.#lastSenderReport?.ssrc === heard.ssrc ? this.#lastSenderReport : undefined
    const sinceMs = last === undefined ? 0 : this.#options.clock.monotonicMs() - last.atMs
    return [
      {
        ssrc: heard.ssrc,
        ...heard.reportBlock(),
        lastSenderReport: last?.middle ?? 0,
        delaySinceLastSenderReport: Math.round((sinceMs * 65_536) / 1000) >>> 0,
      },
    ]
  }

  /** Wall time that does not jump within a session: a set clock must not look like a round trip. */
  #ntpNow(): NtpTime {
    return ntpTime(this.#startWallMs + this.#options.clock.monotonicMs() - this.#startMonotonicMs)
  }

  /** §6.3.3: the running mean of packet sizes. */
  #averageIn(octets: number): void {
    this.#averageOctets += (octets + transportOctets - this.#averageOctets) / 16
  }
}
