import { BlockList, isIP } from 'node:net'
import type { Admit } from './user-agent.types.ts'

/** Verdicts that are remembered: looking through the list takes as long as reading a message. */
const mostVerdicts = 10_000

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
  const verdicts = new Map<string, ReturnType<Admit>>()
  const judge = (host: string) => {
    const verdict = list.check(host, familyOf(host)) ? 'serve' : 'drop'
    if (verdicts.size >= mostVerdicts) verdicts.clear()
    verdicts.set(host, verdict)
    return verdict
  }
  return {
    admit: ({ host }) => verdicts.get(host) ?? judge(host),
    serve(addresses) {
      list = listOf(addresses, servesLoopback)
      verdicts.clear()
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
