import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import type { Clock, Timer } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Admit } from './user-agent.types.ts'

/** Names are looked up again this often, milliseconds: carriers move. */
const refreshMs = 60_000

export interface AdmittedHosts {
  readonly admit: Admit
  /** Serves these hosts instead. Resolves when names among them were looked up. */
  setHosts(hosts: readonly string[]): Promise<void>
  close(): void
}

/**
 * A policy that serves some hosts alone, given as addresses or names (all addresses of a name, looked up now and every
 * minute). A name that cannot be looked up keeps the addresses it had.
 *
 * @param options `servesLoopback`: programs of this machine too; `resolve` stands in for DNS in tests
 */
export async function admitHosts(options: {
  hosts: readonly string[]
  servesLoopback: boolean
  clock: Clock
  log: Log
  resolve?: (name: string) => Promise<readonly string[]>
}): Promise<AdmittedHosts> {
  const { clock, log, resolve = addressesOf } = options
  let { hosts } = options
  const known = new Map<string, readonly string[]>()
  let list = new BlockList()
  let isClosed = false
  let timer: Timer | undefined

  const refresh = async () => {
    for (const host of hosts) {
      try {
        known.set(host, isIP(host) === 0 ? await resolve(host) : [host])
      } catch (error) {
        log.warn({ host, err: String(error) }, 'sip: the address of a next hop could not be looked up')
      }
    }
    const served = hosts.flatMap((host) => known.get(host) ?? [])
    list = listOf(served, options.servesLoopback)
    timer?.cancel()
    const hasNames = hosts.some((host) => isIP(host) === 0)
    if (hasNames && !isClosed) timer = clock.after(refreshMs, () => void refresh())
  }
  await refresh()

  return {
    admit: ({ host }) => (list.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4') ? 'serve' : 'drop'),
    async setHosts(wanted) {
      hosts = wanted
      for (const host of [...known.keys()]) if (!hosts.includes(host)) known.delete(host)
      await refresh()
    },
    close: () => {
      isClosed = true
      timer?.cancel()
    },
  }
}

function listOf(addresses: readonly string[], servesLoopback: boolean): BlockList {
  const list = new BlockList()
  for (const address of addresses) list.addAddress(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
  if (servesLoopback) {
    list.addSubnet('127.0.0.0', 8, 'ipv4')
    list.addAddress('::1', 'ipv6')
  }
  return list
}

async function addressesOf(name: string): Promise<string[]> {
  return (await lookup(name, { all: true })).map(({ address }) => address)
}
