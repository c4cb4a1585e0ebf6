import { lookup, Resolver } from 'node:dns/promises'
import { hasCode } from '../../lib/error-code.ts'

/** What DNS says: the records, none when there are none, and how long that holds. */
export interface DnsAnswer<Record> {
  readonly records: readonly Record[]
  readonly ttlSeconds: number
}

/** RFC 3403 §4. */
export interface NaptrRecord {
  readonly order: number
  readonly preference: number
  readonly flags: string
  readonly service: string
  readonly replacement: string
}

/** RFC 2782. */
export interface SrvRecord {
  readonly priority: number
  readonly weight: number
  readonly port: number
  /** Host name. */
  readonly name: string
}

/** The questions of RFC 3263. Each rejects when nobody could say (no server, timeout, SERVFAIL). */
export interface DnsLookups {
  naptr(name: string): Promise<DnsAnswer<NaptrRecord>>
  srv(name: string): Promise<DnsAnswer<SrvRecord>>
  addresses(name: string, family: 4 | 6): Promise<DnsAnswer<string>>
}

/** Node.js does not tell how long SRV and NAPTR records hold, nor that there are none: then this, seconds. */
const unknownTtlSeconds = 30

/**
 * Asks DNS itself, by the servers of the system or those given (`127.0.0.1:5353`). Without servers a name that DNS does not
 * know is looked for in the system's own ways, too: /etc/hosts among them.
 */
export function systemDns(servers?: readonly string[]): DnsLookups {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 })
  if (servers !== undefined) resolver.setServers(servers)
  const withoutTtl = async <Record>(records: Promise<Record[]>): Promise<DnsAnswer<Record>> => ({
    records: await orNone(records),
    ttlSeconds: unknownTtlSeconds,
  })
  return {
    naptr: (name) => withoutTtl(resolver.resolveNaptr(name)),
    srv: (name) => withoutTtl(resolver.resolveSrv(name)),
    async addresses(name, family) {
      const asked = family === 4 ? resolver.resolve4(name, { ttl: true }) : resolver.resolve6(name, { ttl: true })
      const found = await orNone(asked)
      if (found.length > 0) {
        const ttlSeconds = Math.min(...found.map(({ ttl }) => ttl))
        return { records: found.map(({ address }) => address), ttlSeconds }
      }
      const known = servers === undefined ? await orNone(lookup(name, { family, all: true })) : []
      return { records: known.map(({ address }) => address), ttlSeconds: unknownTtlSeconds }
    },
  }
}

/** There is no such name, or it has no such record. */
const noneCodes = ['ENOTFOUND', 'ENODATA', 'ENONAME']

async function orNone<Record>(asked: Promise<Record[]>): Promise<Record[]> {
  try {
    return await asked
  } catch (error) {
    if (hasCode(error, ...noneCodes)) return []
    throw error
  }
}
