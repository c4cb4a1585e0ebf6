import { isIPv6 } from 'node:net'
import type { Clock } from '../../lib/clock.ts'
import { FaultyLine } from '../line-faults.ts'
import type { LineFaults, RemoteMedia } from '../media.ts'
import { parseRtp, type RtpPacket } from '../rtp/rtp-packet.ts'
import { type PortLearning, SourceLock } from '../rtp/source-lock.ts'
import { Protection } from '../srtp/protection.ts'
import type { SocketPair } from '../udp/socket-pair.ts'
import { isNegotiated } from './static-payload.ts'

/** Who is told of what comes from the far end, and from nobody else. */
export interface WireEnds {
  /** RTP packets, while the direction allows it; `datagram` is what the packet was read from. */
  rtp: { receive(packet: RtpPacket, datagram: Buffer, nowMs: number): void }
  /** Datagrams of the RTCP socket. `receive` returns whether it was RTCP. */
  rtcp: { receive(datagram: Buffer): boolean }
  /** Either of them: the far end lives. */
  watch: { sign(nowMs: number): void }
}

/**
 * Between a session and its sockets: lets in what the described far end sends and proves to be its own, protects what
 * goes out, and does to it what a bad line would.
 *
 *     in:  socket → described host → SRTP → RTP → described or learnt port → session
 *     out: session → SRTP → line faults → socket
 */
export class SessionWire {
  readonly #sockets: SocketPair
  readonly #clock: Clock
  readonly #rtp: WireEnds['rtp']
  readonly #rtcp: WireEnds['rtcp']
  readonly #watch: WireEnds['watch']
  readonly #line: FaultyLine | undefined
  readonly #protection = new Protection()
  #remote: RemoteMedia | undefined
  /** Whether the direction lets the far end send. */
  #isReceiving = false
  #rtpLock: SourceLock | undefined
  /** Absent for a far end that names no port for RTCP, or whose RTP is on the last port of all. */
  #rtcpLock: SourceLock | undefined
  #packetsForeign = 0

  constructor(sockets: SocketPair, clock: Clock, faults: LineFaults | undefined, ends: WireEnds) {
    this.#sockets = sockets
    this.#clock = clock
    this.#rtp = ends.rtp
    this.#rtcp = ends.rtcp
    this.#watch = ends.watch
    this.#line = faults === undefined ? undefined : new FaultyLine(faults, clock)
    sockets.listen({
      rtp: (datagram, host, port) => this.#receiveRtp(datagram, host, port),
      rtcp: (datagram, host, port) => this.#receiveRtcp(datagram, host, port),
    })
  }

  get counters(): { packetsForeign: number; packetsUnauthentic: number } {
    return { packetsForeign: this.#packetsForeign, packetsUnauthentic: this.#protection.packetsUnauthentic }
  }

  /**
   * Whom to hear and where to send from now on. `remote.host` is an address.
   *
   * @returns whether the far end is at another place than before
   * @throws {RangeError} when the address is of the other family, the port is none or a key is none
   */
  describe(remote: RemoteMedia): boolean {
    const localHost = this.#sockets.local.host
    if (isIPv6(remote.host) !== isIPv6(localHost)) {
      throw new RangeError(`cannot reach ${remote.host} from ${localHost}: another address family`)
    }
    if (!isPort(remote.port)) throw new RangeError(`${remote.port} is no RTP port`)
    this.#protection.use(remote.srtp)
    this.#remote = remote
    this.#isReceiving = remote.direction === 'sendrecv' || remote.direction === 'recvonly'
    const before = this.#rtpLock
    const learning = remote.srtp === undefined ? (remote.learnsPort === true ? 'steady' : 'never') : 'authentic'
    this.#rtpLock = lockFor(remote.host, remote.port, learning, before)
    // Reports are too rare to be a steady stream: without proof only the described port counts.
    const rtcpLearning = learning === 'authentic' ? learning : 'never'
    const rtcpPort = remote.rtcpPort ?? remote.port + 1
    this.#rtcpLock = isPort(rtcpPort) ? lockFor(remote.host, rtcpPort, rtcpLearning, this.#rtcpLock) : undefined
    return this.#rtpLock !== before
  }

  /** The packet may be reused when this returns. */
  sendRtp(packet: Buffer): void {
    const sealed = this.#protection.sealRtp(packet)
    if (this.#line === undefined) this.#passRtp(sealed)
    else this.#line.send(sealed, (passed) => this.#passRtp(passed))
  }

  sendRtcp(datagram: Buffer): void {
    const sealed = this.#protection.sealRtcp(datagram)
    if (this.#line === undefined) this.#passRtcp(sealed)
    else this.#line.send(sealed, (passed) => this.#passRtcp(passed))
  }

  /** Drops what is under way on a bad line and closes the sockets. */
  async close(): Promise<void> {
    this.#line?.close()
    await this.#sockets.close()
  }

  #receiveRtp(datagram: Buffer, host: string, port: number): void {
    const remote = this.#remote
    const lock = this.#rtpLock
    if (remote === undefined || lock === undefined) return
    if (!lock.isFrom(host)) {
      this.#packetsForeign++
      return
    }
    // On hold as well: the rollover counter must not lose its place.
    const opened = this.#protection.openRtp(datagram)
    if (opened === undefined || !this.#isReceiving) return
    const packet = parseRtp(opened)
    if (packet === undefined) return
    const nowMs = this.#clock.monotonicMs()
    if (!lock.admit(host, port, nowMs, isNegotiated(packet.payloadType, remote))) {
      this.#packetsForeign++
      return
    }
    this.#rtp.receive(packet, opened, nowMs)
    this.#watch.sign(nowMs)
  }

  #receiveRtcp(datagram: Buffer, host: string, port: number): void {
    const lock = this.#rtcpLock
    if (lock === undefined) return
    const nowMs = this.#clock.monotonicMs()
    const opened = lock.isFrom(host) ? this.#protection.openRtcp(datagram) : undefined
    if (opened === undefined || !lock.admit(host, port, nowMs, true)) return
    if (this.#rtcp.receive(opened)) this.#watch.sign(nowMs)
  }

  #passRtp(packet: Buffer): void {
    if (this.#rtpLock !== undefined) this.#sockets.sendRtp(packet, this.#rtpLock.target)
  }

  #passRtcp(datagram: Buffer): void {
    if (this.#rtcpLock !== undefined) this.#sockets.sendRtcp(datagram, this.#rtcpLock.target)
  }
}

function isPort(port: number): boolean {
  return port > 0 && port < 0x1_0000
}

/** A description that is repeated keeps what was learnt. */
function lockFor(host: string, port: number, learning: PortLearning, before: SourceLock | undefined): SourceLock {
  return before?.isFor({ host, port }, learning) === true ? before : new SourceLock({ host, port }, learning)
}
