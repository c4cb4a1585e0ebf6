import { BlockList, isIP, isIPv4 } from 'node:net'

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
  const exceptions = networks(allowed)
  const refused = networks([...refusedIPv4, ...refusedIPv6])
  const global = networks(globalIPv6)
  return (address) => {
    // A zone (`fe80::1%eth0`) belongs to addresses of this link only (RFC 4007 §11).
    if (isIP(address) === 0 || address.includes('%')) return false
    const plain = embeddedIPv4(address) ?? address
    const family = isIPv4(plain) ? 'ipv4' : 'ipv6'
    if (exceptions.check(plain, family)) return true
    if (refused.check(plain, family)) return false
    return family === 'ipv4' || global.check(plain, family)
  }
}

function networks(cidrs: readonly string[]): BlockList {
  const list = new BlockList()
  for (const cidr of cidrs) {
    const [, network = '', bits = ''] = /^([0-9A-Fa-f.:]+)\/(\d{1,3})$/.exec(cidr) ?? []
    const family = isIP(network)
    if (family === 0 || Number(bits) > (family === 4 ? 32 : 128)) {
      throw new TypeError(`'${cidr}' is not a network in CIDR notation, such as 127.0.0.0/8 or ::1/128`)
    }
    list.addSubnet(network, Number(bits), family === 4 ? 'ipv4' : 'ipv6')
  }
  return list
}

/** The IPv4 address inside `::ffff:a.b.c.d` (RFC 4291 §2.5.5.2): connecting to it connects to that. */
function embeddedIPv4(address: string): string | undefined {
  if (isIP(address) !== 6) return undefined
  // The URL parser writes every IPv6 address in its one short form: `[::ffff:7f00:1]`.
  const { hostname } = new URL(`http://[${address}]/`)
  const [, high, low] = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(hostname) ?? []
  if (high === undefined || low === undefined) return undefined
  const bits = [Number.parseInt(high, 16), Number.parseInt(low, 16)]
  return bits.flatMap((half) => [half >> 8, half & 0xff]).join('.')
}
