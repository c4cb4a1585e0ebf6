import { SipLeg } from './carrier/leg/sip-leg.ts'
import type { LegPlan } from './carrier/trunks/ports.ts'
import type { TrunkGroup } from './carrier/trunks/trunk-group.ts'
import type { Config } from './config.ts'
import { openExternalAddress } from './external-address.ts'
import type { Clock } from './lib/clock.ts'
import type { Closing } from './lib/closing.ts'
import type { Log } from './lib/log.ts'
import type { Media } from './media/media.ts'
import { startMedia } from './media/start-media.ts'
import { type PhoneExchange, startVirtualPhones } from './phone-exchange.ts'
import { type AdmittedHosts, admitHosts } from './sip/admit-hosts.ts'
import { localHost } from './sip/transport/local-host.ts'
import { startUserAgent } from './sip/user-agent.ts'
import type { SipListener, SipUserAgent } from './sip/user-agent.types.ts'
import { sipTlsOf } from './sip-tls.ts'
import type { RunningSpeech } from './speech/speech.ts'
import type { Store } from './store/store.ts'
import type { TraceKeeper } from './traces/trace-keeper.ts'
import { openTrunks } from './trunks.ts'
import { version } from './version.ts'

/** The way to the telephone network: RTP, SIP, the trunks, and in the dev profile the phones at its other end. */
export interface Line {
  readonly media: Media
  readonly agent: SipUserAgent
  readonly trunk: TrunkGroup
  readonly phones: PhoneExchange | undefined
}

/** Whether calls end at the virtual phones. */
function hasPhones(config: Config): boolean {
  return config.profile === 'dev' && config.phones && config.trunkHost === ''
}

/** Opens the line; `closing` learns how each part of it ends. @throws what a part could not start for */
export async function openLine(
  config: Config,
  parts: { store: Store; speech: RunningSpeech; traces: TraceKeeper | undefined; clock: Clock; log: Log },
  closing: Closing,
): Promise<Line> {
  const { store, speech, traces, clock, log } = parts
  const { rtpPorts, rtpSockets } = config
  const media = await startMedia({ ports: rtpPorts.from === 0 ? 0 : rtpPorts, sockets: rtpSockets, nice: true, log })
  closing.add(() => media.close())
  const admitted = admitHosts({ servesLoopback: config.profile === 'dev' })
  const external = await openExternalAddress(config, { clock, log }, closing)
  const agent = await openAgent(config, { admitted, advertisedHost: external.host, traces, clock, log }, closing)
  external.onChange((host) => agent.advertise(host))
  const phones = hasPhones(config) ? await startVirtualPhones(config, { speech, clock, log }) : undefined
  if (phones !== undefined) closing.add(() => phones.close())
  const mediaHost = config.sipHost
  const makeLeg = (plan: LegPlan) => {
    const advertisedHost = localHost(mediaHost, plan.invite.target.host, external.host)
    return new SipLeg({
      ...plan,
      media,
      clock,
      log,
      mediaHost,
      advertisedHost,
      silenceSeconds: config.silenceSeconds,
      trace: traces,
    })
  }
  const trunk = await openTrunks(
    config,
    { agent, makeLeg, admitted, phones: phones?.address, store, clock, log },
    closing,
  )
  return { media, agent, trunk, phones }
}

async function openAgent(
  config: Config,
  parts: {
    admitted: AdmittedHosts
    advertisedHost: string | undefined
    traces: TraceKeeper | undefined
    clock: Clock
    log: Log
  },
  closing: Closing,
): Promise<SipUserAgent> {
  const { admitted, advertisedHost, traces, clock, log } = parts
  const host = config.sipHost
  const tls = await sipTlsOf(config, { clock, log }, closing)
  const listen: SipListener[] = [
    { transport: 'udp', host, port: config.sipPort },
    { transport: 'tcp', host, port: config.sipPort },
    ...(tls === undefined ? [] : [{ transport: 'tls' as const, host, port: config.sipTlsPort }]),
  ]
  const agent = await startUserAgent({
    listen,
    ...(tls === undefined ? {} : { tls }),
    admit: admitted.admit,
    ...(traces === undefined ? {} : { onMessage: traces.onMessage }),
    product: `Yuyin/${version}`,
    t1Ms: config.sipT1Ms,
    clock,
    log,
    ...(advertisedHost === undefined ? {} : { advertisedHost }),
  })
  closing.add(() => agent.close())
  return agent
}
