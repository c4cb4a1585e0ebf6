import { isIP, isIPv6 } from 'node:net'
import { canonicalHost } from '../lib/canonical-host.ts'
import { inNetworks } from '../lib/networks.ts'

/**
 * Addresses no push may reach unless the operator says so: this host, private networks, link-local (the metadata
 * services of clouds live there and in the shared space of carriers), test networks, multicast (IANA special-purpose
 * registries, RFC 6890).
 */
const refusedIPv4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]

/** IPv6 is the other way round: only global unicast is reachable (RFC 4291 §2.4) … */
const globalIPv6 = ['2000::/3']
/** … and of that, not what tunnels to IPv4 (Teredo, 6to4) or is kept for documentation and protocols. */
const refusedIPv6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

/** Says whether a push may connect to an address. */
export type AddressRules = (address: string) => boolean

/**
 * Makes the rules for push targets.
 *
 * @param allowed networks in CIDR notation that are reachable although they would be refused, `127.0.0.0/8`
 * @throws {TypeError} when one is not in CIDR notation
 */
export function addressRules(allowed: readonly string[]): AddressRules {
  const isException = inNetworks(allowed)
  const isRefused = inNetworks([...refusedIPv4, ...refusedIPv6])
  const isGlobalIPv6 = inNetworks(globalIPv6)
  return (address) => {
    // A zone (`fe80::1%eth0`) belongs to addresses of this link only (RFC 4007 §11).
    if (isIP(address) === 0 || address.includes('%')) return false
    if (isException(address)) return true
    if (isRefused(address)) return false
    return !isIPv6(canonicalHost(address)) || isGlobalIPv6(address)
  }
}
