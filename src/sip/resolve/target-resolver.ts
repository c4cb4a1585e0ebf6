import { isIP } from 'node:net'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { defaultPort, type SipTarget, type SipTransportName, type TlsTrust } from '../sip-target.ts'
import { cachedLookups } from './cached-lookups.ts'
import type { DnsLookups, NaptrRecord } from './dns-lookups.ts'
import { srvOrder } from './srv-order.ts'

/** A far end as an operator names it. */
export interface TargetQuery {
  user?: string
  /** Name or address. */
  host: string
  /** With a port, the name is that of one machine, not of a service. */
  port?: number
  /** Absent: what the far end prefers, by NAPTR and SRV. */
  transport?: SipTransportName
  trust?: TlsTrust
}

/** A name led nowhere: no record of it is of use. */
export class NoSuchTarget extends Error {
  override readonly name = 'NoSuchTarget'
}

export interface ResolverOptions {
  dns: DnsLookups
  clock: Clock
  log: Log
  /** 0 to below 1: draws among servers of one priority. */
  random?: () => number
  /** What this end speaks, in the order it likes when the far end says nothing; UDP, TCP, TLS unless given. */
  transports?: readonly SipTransportName[]
  /** Address families that this end has, the preferred one first; IPv4 alone unless given. */
  families?: readonly (4 | 6)[]
}

/** One way to a far end before its host is looked up. */
interface Way {
  transport: SipTransportName
  host: string
  port: number
}

/** More ways than this are not tried in any call's lifetime. */
const mostTargets = 32

/** RFC 3263 §4.1. Other services are of no use here. */
const transportOfService: Readonly<Record<string, SipTransportName>> = {
  'SIP+D2U': 'udp',
  'SIP+D2T': 'tcp',
  'SIPS+D2T': 'tls',
}

const servicePrefix: Readonly<Record<SipTransportName, string>> = {
  udp: '_sip._udp.',
  tcp: '_sip._tcp.',
  tls: '_sips._tcp.',
}

/** Finds the servers behind a name (RFC 3263 §4). Answers of DNS are remembered for as long as they hold. */
export class TargetResolver {
  readonly #dns: DnsLookups
  readonly #log: Log
  readonly #random: () => number
  readonly #transports: readonly SipTransportName[]
  readonly #families: readonly (4 | 6)[]

  constructor(options: ResolverOptions) {
    this.#dns = cachedLookups(options.dns, options)
    this.#log = options.log
    this.#random = options.random ?? Math.random
    this.#transports = options.transports ?? ['udp', 'tcp', 'tls']
    this.#families = options.families ?? [4]
  }

  /**
   * The targets to try, best first, at least one. An address is its own target.
   *
   * @throws {NoSuchTarget} when the name leads nowhere
   * @throws what DNS says when nobody could answer, and nothing older is known
   */
  async resolveTarget(query: TargetQuery): Promise<SipTarget[]> {
    const { user, host, port, transport, trust } = query
    const rest = { ...(user !== undefined && { user }), ...(trust !== undefined && { trust }) }
    if (isIP(host) !== 0) {
      const way = transport ?? 'udp'
      return [{ ...rest, host, port: port ?? defaultPort(way), transport: way }]
    }
    const domain = { host, ...(port !== undefined && { port }) }
    const targets: SipTarget[] = []
    for (const way of await this.#ways(query)) {
      for (const address of await this.#addressesOf(way.host)) targets.push({ ...rest, ...way, host: address, domain })
      if (targets.length >= mostTargets) break
    }
    if (targets.length === 0) throw new NoSuchTarget(`no SIP server is known under the name ${host}`)
    return targets.slice(0, mostTargets)
  }

  async #ways({ host, port, transport }: TargetQuery): Promise<Way[]> {
    // RFC 3263 §4.2: with a port the name is looked up as it stands.
    if (port !== undefined) return [{ transport: transport ?? 'udp', host, port }]
    const ways =
      transport === undefined
        ? await this.#preferredWays(host)
        : await this.#servers(servicePrefix[transport] + host, transport)
    if (ways.length > 0) return ways
    const fallback = transport ?? this.#transports[0] ?? 'udp'
    return [{ transport: fallback, host, port: defaultPort(fallback) }]
  }

  /** RFC 3263 §4.1: what the far end prefers by NAPTR, else the services it has. */
  async #preferredWays(host: string): Promise<Way[]> {
    const services = (await this.#naptr(host))
      .filter((record) => this.#isUsable(record))
      .sort((one, other) => one.order - other.order || one.preference - other.preference)
      .map(({ service, replacement }) => ({ name: replacement, transport: transportOf(service) ?? 'udp' }))
    const asked =
      services.length > 0
        ? services
        : this.#transports.map((transport) => ({ name: servicePrefix[transport] + host, transport }))
    return this.#together(asked.map(({ name, transport }) => this.#servers(name, transport)))
  }

  /** Some servers of names fail over questions they do not know: that is as good as no record. */
  async #naptr(host: string): Promise<readonly NaptrRecord[]> {
    try {
      return (await this.#dns.naptr(host)).records
    } catch (error) {
      this.#log.info({ host, err: String(error) }, 'sip: NAPTR could not be asked for; SRV is')
      return []
    }
  }

  #isUsable({ flags, service }: NaptrRecord): boolean {
    const transport = transportOf(service)
    return flags.toLowerCase() === 's' && transport !== undefined && this.#transports.includes(transport)
  }

  /** @throws {NoSuchTarget} when the service is decidedly not there, which a lone dot says (RFC 2782) */
  async #servers(name: string, transport: SipTransportName): Promise<Way[]> {
    const { records } = await this.#dns.srv(name)
    const servers = records.filter((record) => record.name !== '' && record.name !== '.')
    if (servers.length === 0 && records.length > 0) throw new NoSuchTarget(`there is no service ${name}`)
    return srvOrder(servers, this.#random).map((server) => ({ transport, host: server.name, port: server.port }))
  }

  async #addressesOf(host: string): Promise<string[]> {
    if (isIP(host) !== 0) return [host]
    return this.#together(this.#families.map(async (family) => (await this.#dns.addresses(host, family)).records))
  }

  /** What several questions brought. One may fail as long as another one brought something. */
  async #together<Found>(asked: readonly Promise<readonly Found[]>[]): Promise<Found[]> {
    const answers = await Promise.allSettled(asked)
    const found = answers.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
    const failed = answers.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
    if (found.length === 0 && failed.length > 0) throw failed[0]
    for (const reason of failed)
      this.#log.info({ err: String(reason) }, 'sip: one question of several about a name led nowhere')
    return found
  }
}

function transportOf(service: string): SipTransportName | undefined {
  return transportOfService[service.toUpperCase()]
}
