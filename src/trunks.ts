import { isIPv6 } from 'node:net'
import type { LegPlan, ResolveNextHop, TrunkBoard } from './carrier/trunks/ports.ts'
import { TrunkGroup, type WantedTrunk } from './carrier/trunks/trunk-group.ts'
import type { Config } from './config.ts'
import { ownTrunkNames, type TrunkProfile, usualTrunk } from './domain/trunk/trunk-profile.ts'
import type { Leg } from './engine/ports.ts'
import type { Clock } from './lib/clock.ts'
import type { Closing } from './lib/closing.ts'
import type { Log } from './lib/log.ts'
import { listOf } from './setting.ts'
import type { AdmittedHosts } from './sip/admit-hosts.ts'
import { systemDns } from './sip/resolve/dns-lookups.ts'
import { TargetResolver } from './sip/resolve/target-resolver.ts'
import type { SipListener, SipTarget, SipUserAgent } from './sip/user-agent.types.ts'
import type { Store } from './store/store.ts'

export interface TrunkSurroundings {
  readonly agent: SipUserAgent
  readonly makeLeg: (plan: LegPlan) => Leg
  readonly admitted: AdmittedHosts
  /** Where the virtual phones listen, when there are some. */
  readonly phones: Omit<SipTarget, 'user'> | undefined
  readonly store: Pick<Store, 'onDirectoryChange'> & {
    readonly trunks: Pick<Store['trunks'], 'profiles'>
    readonly trunkBoard: TrunkBoard
  }
  readonly clock: Clock
  readonly log: Log
}

/** The trunk that the settings describe, if they do. */
export function trunkOfSettings(config: Config): TrunkProfile | undefined {
  if (config.trunkHost === '') return undefined
  return {
    ...usualTrunk,
    name: ownTrunkNames.settings,
    host: config.trunkHost,
    port: config.trunkPort,
    transport: config.trunkTransport,
    username: config.trunkUsername,
    password: config.trunkPassword,
    ownNumber: config.trunkNumber,
    channels: config.trunkChannels,
    destinations: listOf(config.trunkAllow),
    pingSeconds: config.trunkPingSeconds,
    restAfter: config.trunkRestAfter,
  }
}

/** The trunk to the virtual phones: the only one that may dial everything without being told to. */
export function trunkOfPhones(config: Config, address: Omit<SipTarget, 'user'>): TrunkProfile {
  return {
    ...usualTrunk,
    name: ownTrunkNames.phones,
    host: address.host,
    port: address.port,
    transport: address.transport,
    ownNumber: config.trunkNumber,
    channels: config.trunkChannels,
    destinations: ['*'],
    // What an operator lists for a carrier goes to the carrier.
    priority: 1000,
    pingSeconds: 0,
    restAfter: 0,
  }
}

/**
 * Opens the trunks of the settings, of the dev profile and of the store, and follows the store: whatever an operator
 * changes holds within a second, on every node.
 *
 * @throws when the store cannot be read
 */
export async function openTrunks(config: Config, parts: TrunkSurroundings, closing: Closing): Promise<TrunkGroup> {
  const { agent, makeLeg, admitted, phones, store, clock, log } = parts
  const group = new TrunkGroup({
    agent,
    makeLeg,
    resolve: nextHops({ clock, log, listening: agent.listening }),
    board: store.trunkBoard,
    ringSeconds: config.ringSeconds,
    clock,
    log,
    random: Math.random,
  })
  closing.add(() => group.close())
  const ofSettings = trunkOfSettings(config)
  const own: WantedTrunk[] = [
    ...(ofSettings === undefined ? [] : [{ profile: ofSettings, origin: 'settings' as const }]),
    ...(phones === undefined ? [] : [{ profile: trunkOfPhones(config, phones), origin: 'phones' as const }]),
  ]
  const stopServing = group.onHosts(() => admitted.serve(group.hosts()))
  closing.add(() => stopServing())

  const read = async () => {
    const stored = await store.trunks.profiles()
    group.set([...own, ...stored.map((profile): WantedTrunk => ({ profile, origin: 'store' }))])
    return stored.length
  }
  if ((await read()) + own.length === 0) {
    log.warn({}, "there is no trunk: no call can leave this node. 'yuyin trunk add' makes one.")
  }
  const again = oneAtATime(read, (error) => log.error({ err: error }, 'the trunks could not be read from the store'))
  // A read that is under way would open trunks on a group that is closed.
  closing.add(() => again.settled())
  const stopFollowing = store.onDirectoryChange(again.ask)
  closing.add(() => stopFollowing())
  // What was changed before anybody listened.
  again.ask()
  return group
}

/** Work that is done once more when it is asked for while it is under way: what it reads may have changed behind it. */
function oneAtATime(
  work: () => Promise<unknown>,
  failed: (error: unknown) => void,
): { ask(): void; settled(): Promise<void> } {
  let working: Promise<void> | undefined
  let isAsked = false
  const workOff = async () => {
    while (isAsked) {
      isAsked = false
      await work().catch(failed)
    }
    working = undefined
  }
  return {
    ask() {
      isAsked = true
      working ??= workOff()
    },
    async settled() {
      await working
    },
  }
}

/** Looks next hops up: addresses as they are, names by DNS (RFC 3263). */
export function nextHops(parts: {
  clock: Clock
  log: Log
  /** What this node speaks: every transport, over IPv4, unless given. */
  listening?: readonly SipListener[]
}): ResolveNextHop {
  const { clock, log, listening } = parts
  const resolver = new TargetResolver({
    dns: systemDns(),
    clock,
    log,
    ...(listening !== undefined && {
      transports: [...new Set(listening.map(({ transport }) => transport))],
      families: [...new Set(listening.map(({ host }) => (isIPv6(host) ? 6 : 4)))],
    }),
  })
  return ({ host, port, transport }) =>
    resolver.resolveTarget({
      host,
      ...(port === 0 ? {} : { port }),
      ...(transport === 'dns' ? {} : { transport }),
    })
}
