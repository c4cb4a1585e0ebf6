import { BlockList, isIP } from 'node:net'
import { canonicalHost } from './canonical-host.ts'

/** Whether a text is a network in CIDR notation (RFC 4632 §3.1, RFC 4291 §2.3): `10.0.0.0/8`, `::1/128`. */
export function isNetwork(text: string): boolean {
  const { family, bits } = parts(text)
  return family !== 0 && bits <= (family === 4 ? 32 : 128)
}

/**
 * Addresses in any of some networks.
 *
 * @returns whether an address is in one of them; IPv4 in IPv6 counts as IPv4, a name is in none
 * @throws {TypeError} when one is not in CIDR notation
 */
export function inNetworks(cidrs: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const cidr of cidrs) {
    if (!isNetwork(cidr))
      throw new TypeError(`'${cidr}' is no network in CIDR notation, such as 127.0.0.0/8 or ::1/128`)
    const { network, bits, family } = parts(cidr)
    list.addSubnet(network, bits, family === 4 ? 'ipv4' : 'ipv6')
  }
  return (address) => {
    const plain = canonicalHost(address)
    const family = isIP(plain)
    return family !== 0 && list.check(plain, family === 4 ? 'ipv4' : 'ipv6')
  }
}

const loopback = inNetworks(['127.0.0.0/8', '::1/128'])

/** Whether a host is this machine, reached by itself alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || loopback(host)
}

function parts(text: string): { network: string; bits: number; family: number } {
  const [, network = '', bits = ''] = /^([0-9A-Fa-f.:]+)\/(\d{1,3})$/.exec(text) ?? []
  return { network, bits: Number(bits), family: isIP(network) }
}
