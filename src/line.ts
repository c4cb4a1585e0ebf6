import { createSipTrunk } from './carrier/sip-trunk.ts'
import type { Config } from './config.ts'
import type { Trunk } from './engine/ports.ts'
import type { Clock } from './lib/clock.ts'
import type { Closing } from './lib/closing.ts'
import type { Log } from './lib/log.ts'
import type { Media } from './media/media.ts'
import { startMedia } from './media/start-media.ts'
import { type PhoneExchange, startVirtualPhones } from './phone-exchange.ts'
import { ConfigError } from './setting.ts'
import { admitHosts } from './sip/admit-hosts.ts'
import { startUserAgent } from './sip/user-agent.ts'
import type { SipUserAgent } from './sip/user-agent.types.ts'
import type { RunningSpeech } from './speech/speech.ts'
import { version } from './version.ts'

/** The way to the telephone network: RTP, SIP, the trunk, and in the dev profile the phones at its other end. */
export interface Line {
  readonly media: Media
  readonly agent: SipUserAgent
  readonly trunk: Trunk
  readonly phones: PhoneExchange | undefined
}

/** Whether calls end at the virtual phones. */
function hasPhones(config: Config): boolean {
  return config.profile === 'dev' && config.phones && config.trunkHost === ''
}

/** @throws {ConfigError} when the settings lead nowhere */
export function requireTrunk(config: Config): void {
  if (config.trunkHost !== '' || hasPhones(config)) return
  throw new ConfigError(
    'trunkHost is empty: no call could leave this node. Give the carrier, or a proxy (YUYIN_TRUNK_HOST).',
  )
}

/** Opens the line; `closing` learns how each part of it ends. @throws what a part could not start for */
export async function openLine(
  config: Config,
  parts: { speech: RunningSpeech; clock: Clock; log: Log },
  closing: Closing,
): Promise<Line> {
  const { speech, clock, log } = parts
  const media = await startMedia({ ports: config.rtpPorts.from === 0 ? 0 : config.rtpPorts, nice: true, log })
  closing.add(() => media.close())
  const agent = await openAgent(config, { clock, log }, closing)
  const phones = hasPhones(config) ? await startVirtualPhones(config, { speech, clock, log }) : undefined
  if (phones !== undefined) closing.add(() => phones.close())
  const trunk = createSipTrunk(
    {
      nextHop: phones?.address ?? { host: config.trunkHost, port: config.trunkPort, transport: config.trunkTransport },
      credentials:
        config.trunkUsername === '' ? undefined : { username: config.trunkUsername, password: config.trunkPassword },
      ownNumber: config.trunkNumber,
      channels: config.trunkChannels,
      ringSeconds: config.ringSeconds,
      mediaHost: config.sipHost,
      advertisedHost: config.advertisedHost || undefined,
    },
    { agent, media, clock, log },
  )
  return { media, agent, trunk, phones }
}

async function openAgent(
  config: Config,
  { clock, log }: { clock: Clock; log: Log },
  closing: Closing,
): Promise<SipUserAgent> {
  const hosts = config.trunkHost === '' ? [] : [config.trunkHost]
  const admitted = await admitHosts({ hosts, servesLoopback: config.profile === 'dev', clock, log })
  closing.add(async () => admitted.close())
  const agent = await startUserAgent({
    listen: (['udp', 'tcp'] as const).map((transport) => ({
      transport,
      host: config.sipHost,
      port: config.sipPort,
    })),
    admit: admitted.admit,
    product: `Yuyin/${version}`,
    t1Ms: config.sipT1Ms,
    clock,
    log,
    ...(config.advertisedHost === '' ? {} : { advertisedHost: config.advertisedHost }),
  })
  closing.add(() => agent.close())
  return agent
}
