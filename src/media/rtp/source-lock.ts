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
  #learntPort: number | undefined
  #isFinal = false

  constructor(described: Address) {
    this.#described = { host: canonicalHost(described.host), port: described.port }
  }

  /** Where to send. */
  get target(): Address {
    return this.#learntPort === undefined ? this.#described : { host: this.#described.host, port: this.#learntPort }
  }

  /** Whether this lock is for that description: a repeated one keeps what was learnt. */
  isFor(described: Address): boolean {
    return canonicalHost(described.host) === this.#described.host && described.port === this.#described.port
  }

  /** Whether a packet that is valid in itself may be heard; learns from it. `host` as the socket reports it. */
  admit(host: string, port: number): boolean {
    if (host !== this.#described.host && canonicalHost(host) !== this.#described.host) return false
    if (port === this.#described.port) {
      this.#learntPort = undefined
      this.#isFinal = true
      return true
    }
    if (this.#isFinal) return false
    this.#learntPort ??= port
    return port === this.#learntPort
  }
}
