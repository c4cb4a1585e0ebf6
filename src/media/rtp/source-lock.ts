import { isIPv6, SocketAddress } from 'node:net'

/** An address with its port, in the form the sockets report it. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** One spelling per address: IPv6 compressed and without zone, IPv4 in IPv6 as IPv4. */
export function canonicalHost(host: string): string {
  if (!isIPv6(host)) return host
  const address = new SocketAddress({ address: host.replace(/%.*$/, ''), family: 'ipv6' }).address
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address
}

/**
 * Symmetric RTP (RFC 4961) that hears one source only. Audio comes from the host that the session description names,
 * and from no other. Its port is expected to be the described one; when the first packet comes from another port of
 * that host (a NAT, a media server with several sockets), that port is taken, until a packet comes from the described
 * one, which is final. What is sent goes where what is heard comes from.
 */
export class SourceLock {
  readonly #described: Address
  readonly #canonicalHost: string
  #target: Address
  #isFinal = false

  constructor(described: Address) {
    this.#described = { host: described.host, port: described.port }
    this.#target = this.#described
    this.#canonicalHost = canonicalHost(described.host)
  }

  /** Where to send. */
  get target(): Address {
    return this.#target
  }

  /** Whether this lock is for that description: a repeated one keeps what was learnt. */
  isFor(described: Address): boolean {
    return canonicalHost(described.host) === this.#canonicalHost && described.port === this.#described.port
  }

  /**
   * Whether a packet may be heard.
   *
   * @param host as the socket reports it
   * @param mayTeach whether the packet is what was negotiated, so that its port may be learnt
   */
  admit(host: string, port: number, mayTeach: boolean): boolean {
    if (host !== this.#canonicalHost && canonicalHost(host) !== this.#canonicalHost) return false
    // A datagram may say that it wants no answer; nothing could be sent there.
    if (port === 0) return false
    if (port === this.#described.port) {
      this.#target = this.#described
      this.#isFinal = true
      return true
    }
    if (this.#isFinal) return false
    const hasLearnt = this.#target !== this.#described
    if (!hasLearnt && mayTeach) this.#target = { host: this.#described.host, port }
    return port === this.#target.port
  }
}
