import type { Config } from './config.ts'
import type { Clock } from './lib/clock.ts'
import type { Closing } from './lib/closing.ts'
import type { Log } from './lib/log.ts'
import { Rounds } from './lib/rounds.ts'
import { ConfigError, listOf } from './setting.ts'
import { askStun, readStunServer } from './sip/stun/ask-stun.ts'

/** How often the learnt address is looked at: routers get new ones. */
const lookAgainMs = 300_000

/** The servers of the setting. @throws {ConfigError} */
export function stunServersOf(config: Config): { readonly host: string; readonly port: number }[] {
  return listOf(config.stunServers).map((text) => {
    const server = readStunServer(text)
    if (server === undefined) throw new ConfigError(`stunServers: '${text}' cannot be used. Give host or host:port.`)
    return server
  })
}

/**
 * The address that far ends must send to: the one that is set, else the one that a STUN server sees, else none but those of
 * this machine. A server that does not answer is no reason not to start.
 *
 * @returns how to read it: what STUN says may change while the node runs
 * @throws {ConfigError} when the setting cannot be used
 */
export async function openExternalAddress(
  config: Config,
  { clock, log }: { clock: Clock; log: Log },
  closing: Closing,
): Promise<() => string | undefined> {
  const [server] = stunServersOf(config)
  if (config.advertisedHost !== '') return () => config.advertisedHost
  if (server === undefined) return () => undefined
  let host: string | undefined
  const looks = new Rounds({
    everyMs: lookAgainMs,
    clock,
    work: async () => {
      const [mapped] = (await askStun([server], config.sipHost, clock)).mapped
      if (mapped === undefined || mapped.host === host) return
      if (host === undefined) log.info({ externalHost: mapped.host }, 'external address learnt by STUN')
      else {
        const now = 'new calls tell it in their SDP; SIP headers follow when the node is started again'
        log.warn({ before: host, externalHost: mapped.host }, `the external address has changed: ${now}`)
      }
      host = mapped.host
    },
    failed: (error) => {
      const sooner = "what far ends are told may be wrong: 'yuyin doctor' looks at it"
      log.error({ err: String(error) }, `the external address could not be learnt; ${sooner}`)
    },
  })
  closing.add(() => looks.stop())
  looks.startNow()
  await looks.settled()
  return () => host
}
