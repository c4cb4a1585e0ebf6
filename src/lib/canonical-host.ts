import { isIPv6, SocketAddress } from 'node:net'

/** One spelling per address: IPv6 compressed and without zone (RFC 5952), IPv4 in IPv6 as IPv4. Names stay as they are. */
export function canonicalHost(host: string): string {
  if (!isIPv6(host)) return host
  const address = new SocketAddress({ address: host.replace(/%.*$/, ''), family: 'ipv6' }).address
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address
}
