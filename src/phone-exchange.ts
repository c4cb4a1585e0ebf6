import type { FastifyPluginAsync } from 'fastify'
import type { Config } from './config.ts'
import type { Clock } from './lib/clock.ts'
import { type Closing, openOrClose } from './lib/closing.ts'
import type { Log } from './lib/log.ts'
import { startMedia } from './media/start-media.ts'
import { phonesPlugin } from './phones/phones-plugin.ts'
import { makeSipTrace } from './phones/sip-trace.ts'
import { startPhones } from './phones/start-phones.ts'
import { startUserAgent } from './sip/user-agent.ts'
import type { SipTarget } from './sip/user-agent.types.ts'
import type { RunningSpeech } from './speech/speech.ts'

/** The virtual phones of the dev profile, with a SIP user agent and a media process of their own. */
export interface PhoneExchange {
  /** The next hop for a trunk that leads to the phones. */
  readonly address: Omit<SipTarget, 'user'>
  /** Their control API, for the HTTP port. */
  readonly plugin: FastifyPluginAsync
  close(): Promise<void>
}

/**
 * Starts the phones on loopback. Nothing is shared with the engine: to it they are any far end.
 *
 * @throws what a part could not start for; what was started before is closed again
 */
export function startVirtualPhones(config: Config, parts: ExchangeParts): Promise<PhoneExchange> {
  return openOrClose(parts.log, (closing) => joinExchange(config, parts, closing))
}

interface ExchangeParts {
  readonly speech: RunningSpeech
  readonly clock: Clock
  readonly log: Log
}

async function joinExchange(config: Config, parts: ExchangeParts, closing: Closing): Promise<PhoneExchange> {
  const { speech, clock, log } = parts
  const host = '127.0.0.1'
  const media = await startMedia({ ports: 0, sockets: config.rtpSockets, log })
  closing.add(() => media.close())
  const trace = makeSipTrace()
  const sip = await startUserAgent({
    listen: (['udp', 'tcp'] as const).map((transport) => ({ transport, host, port: config.phonesPort })),
    product: 'Yuyin virtual phone',
    clock,
    log,
    onMessage: trace.onMessage,
  })
  closing.add(() => sip.close())
  const phones = await startPhones({
    sip,
    media,
    trace,
    speak: (text) => speech.speak(text),
    dataDir: config.data,
    clock,
    log,
  })
  closing.add(() => phones.close())
  const port = sip.listening.find((listener) => listener.transport === 'udp')?.port ?? 0
  return {
    address: { host, port, transport: 'udp' },
    plugin: phonesPlugin({ phones, clock, log }),
    close: () => closing.close(),
  }
}
