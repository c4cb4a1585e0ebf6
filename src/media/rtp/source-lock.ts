import { canonicalHost } from '../../lib/canonical-host.ts'

/** An address with its port, in the form the sockets report it. */
export interface Address {
  readonly host: string
  readonly port: number
}

/**
 * Whether another port of the described host may become the source:
 *
 * - `never`: what comes from elsewhere is somebody else's.
 * - `steady`: for a far end behind a NAT that changes ports. A port is taken when it sends a steady stream for half a
 *   second and nothing came from the described port, ever, nor from the port taken before for two seconds.
 * - `authentic`: every packet has proved that it is the far end's (SRTP); the port of the last one is taken at once.
 */
export type PortLearning = 'never' | 'steady' | 'authentic'

/** So many packets, none of them later than this after the one before, are a steady stream: half a second. */
const steadyPackets = 25
const steadyGapMs = 200
/** A port that was taken and says nothing for so long may be replaced. */
const abandonedAfterMs = 2000
/** Long ago. An integer, as are the times that take its place: they fit into their field, which others do not. */
const neverMs = -0x4000_0000

interface Candidate {
  readonly port: number
  packets: number
  lastAtMs: number
}

/**
 * Symmetric RTP (RFC 4961) that hears one source only, from the first packet on: the host that the session description
 * names, and no other; its described port, or one that was learnt. What is sent goes where what is heard comes from.
 */
export class SourceLock {
  readonly #described: Address
  readonly #learning: PortLearning
  readonly #canonicalHost: string
  #target: Address
  /** The described port has spoken: no other is learnt any more. */
  #isFinal = false
  #candidate: Candidate | undefined
  #heardAtMs = neverMs

  constructor(described: Address, learning: PortLearning = 'never') {
    this.#described = { host: described.host, port: described.port }
    this.#learning = learning
    this.#target = this.#described
    this.#canonicalHost = canonicalHost(described.host)
  }

  /** Where to send. */
  get target(): Address {
    return this.#target
  }

  /** Whether this lock is for that description: a repeated one keeps what was learnt. */
  isFor(described: Address, learning: PortLearning = 'never'): boolean {
    return this.isFrom(described.host) && described.port === this.#described.port && learning === this.#learning
  }

  /** Whether something comes from the described host; decides nothing about its port. */
  isFrom(host: string): boolean {
    return host === this.#canonicalHost || canonicalHost(host) === this.#canonicalHost
  }

  /**
   * Whether a packet may be heard.
   *
   * @param host as the socket reports it
   * @param nowMs monotonic
   * @param mayTeach whether the packet is what was negotiated, so that its port may be learnt
   */
  admit(host: string, port: number, nowMs: number, mayTeach: boolean): boolean {
    // A datagram may say that it wants no answer; nothing could be sent there.
    if (port === 0 || !this.isFrom(host)) return false
    const isDescribed = port === this.#described.port
    if (isDescribed) this.#isFinal = true
    if (isDescribed || this.#isHeard(port) || this.#learns(port, nowMs, mayTeach)) {
      if (port !== this.#target.port) this.#target = isDescribed ? this.#described : { ...this.#described, port }
      this.#heardAtMs = Math.floor(nowMs)
      return true
    }
    return false
  }

  #isHeard(port: number): boolean {
    return port === this.#target.port && !this.#isFinal
  }

  #learns(port: number, nowMs: number, mayTeach: boolean): boolean {
    if (this.#learning === 'authentic') return true
    if (this.#learning === 'never' || this.#isFinal || !mayTeach) return false
    if (nowMs - this.#heardAtMs < abandonedAfterMs) return false
    const before = this.#candidate
    const goesOn = before?.port === port && nowMs - before.lastAtMs <= steadyGapMs
    const candidate = goesOn ? before : { port, packets: 0, lastAtMs: nowMs }
    candidate.packets++
    candidate.lastAtMs = nowMs
    this.#candidate = candidate
    if (candidate.packets < steadyPackets) return false
    this.#candidate = undefined
    return true
  }
}
