import { isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { isLoopback } from '../../lib/networks.ts'

/**
 * The address of ours that a far end can reach: what goes into Via and Contact. A socket bound to a wildcard has none of
 * its own, so the first address of the machine in that family is taken, or `advertised` where the operator knows better
 * (behind address translation) and it is of the same family.
 *
 * @param bound the address a socket is bound to
 * @param remote where the message goes: loopback is only reached from loopback
 */
export function localHost(bound: string, remote: string, advertised: string | undefined): string {
  const isWildcard = bound === '0.0.0.0' || bound === '::'
  if (isLoopback(remote)) return isWildcard ? loopbackLike(bound) : bound
  if (advertised !== undefined && isSameFamily(bound, advertised)) return advertised
  return isWildcard ? (firstAddress(isIPv6(bound)) ?? loopbackLike(bound)) : bound
}

/** Whether the two can talk: names are taken to resolve to whatever family is there. */
export function isSameFamily(bound: string, remote: string): boolean {
  if (!/^[\d.]+$/.test(remote) && !remote.includes(':')) return true
  return isIPv6(bound) === remote.includes(':')
}

function loopbackLike(host: string): string {
  return isIPv6(host) ? '::1' : '127.0.0.1'
}

function firstAddress(wantsIPv6: boolean): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  const usable = all.filter((one) => !one.internal && (one.family === 'IPv6') === wantsIPv6)
  return usable.find((one) => !one.address.startsWith('fe80:'))?.address
}
