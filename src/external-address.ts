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

/** Where far ends must send to. */
export interface ExternalAddress {
  /** `undefined`: to the addresses of this machine, as far as anybody knows. */
  readonly host: string | undefined
  /** Calls the listener with every other address that is learnt from now on. */
  onChange(listener: (host: string) => void): void
}

/**
 * The address that is set, else the one that a STUN server sees, else none but those of this machine. A server that does not
 * answer is no reason not to start.
 *
 * @throws {ConfigError} when the setting cannot be used
 */
export async function openExternalAddress(
  config: Config,
  { clock, log }: { clock: Clock; log: Log },
  closing: Closing,
): Promise<ExternalAddress> {
  const [server] = stunServersOf(config)
  if (config.advertisedHost !== '' || server === undefined) {
    return { host: config.advertisedHost || undefined, onChange() {} }
  }
  let host: string | undefined
  const listeners: ((host: string) => void)[] = []
  const looks = new Rounds({
    everyMs: lookAgainMs,
    clock,
    work: async () => {
      const [mapped] = (await askStun([server], config.sipHost, clock)).mapped
      if (mapped === undefined || mapped.host === host) return
      if (host === undefined) log.info({ externalHost: mapped.host }, 'external address learnt by STUN')
      else log.warn({ before: host, externalHost: mapped.host }, 'the external address has changed: far ends are told')
      host = mapped.host
      for (const listener of listeners) listener(mapped.host)
    },
    failed: (error) => {
      const sooner = "what far ends are told may be wrong: 'yuyin doctor' looks at it"
      log.error({ err: String(error) }, `the external address could not be learnt; ${sooner}`)
    },
  })
  closing.add(() => looks.stop())
  looks.startNow()
  await looks.settled()
  return {
    get host() {
      return host
    },
    onChange: (listener) => void listeners.push(listener),
  }
}
