import { BlockList, isIP } from 'node:net'
import type { Admit } from './user-agent.types.ts'

export interface AdmittedHosts {
  readonly admit: Admit
  /** Serves these addresses from now on, and no others. @throws when one of them is no address */
  serve(addresses: readonly string[]): void
}

/**
 * A policy that serves some addresses alone: none, until it is told which.
 *
 * @param servesLoopback programs of this machine are served, too
 */
export function admitHosts({ servesLoopback }: { servesLoopback: boolean }): AdmittedHosts {
  let list = listOf([], servesLoopback)
  return {
    admit: ({ host }) => (list.check(host, familyOf(host)) ? 'serve' : 'drop'),
    serve(addresses) {
      list = listOf(addresses, servesLoopback)
    },
  }
}

function listOf(addresses: readonly string[], servesLoopback: boolean): BlockList {
  const list = new BlockList()
  for (const address of addresses) list.addAddress(address, familyOf(address))
  if (servesLoopback) {
    list.addSubnet('127.0.0.0', 8, 'ipv4')
    list.addAddress('::1', 'ipv6')
  }
  return list
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}
