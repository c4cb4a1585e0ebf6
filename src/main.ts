import { mkdirSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import { createSipTrunk } from './carrier/sip-trunk.ts'
import type { Config } from './config.ts'
import { refuseOpenDoor } from './dev-safety.ts'
import { type Endpoints, removeEndpoints, writeEndpoints } from './endpoints.ts'
import { Dialler } from './engine/dialler.ts'
import { createEventBus } from './events/event-bus.ts'
import { systemClock } from './lib/clock.ts'
import type { Log } from './lib/log.ts'
import { startMedia } from './media/start-media.ts'
import { registerMetrics } from './metrics.ts'
import { catalogue } from './operations/catalogue.ts'
import { startVirtualPhones } from './phone-exchange.ts'
import { PushDelivery } from './receipts/push-delivery.ts'
import { createPushExchange } from './receipts/push-exchange.ts'
import { RecordKeeper } from './records/record-keeper.ts'
import { startUserAgent } from './sip/user-agent.ts'
import { demoVoice } from './speech/demo-voice.ts'
import { startSpeech } from './speech/speech.ts'
import { seedDevProfile } from './store/accounts/seed-dev-profile.ts'
import { openStore } from './store/open-store.ts'
import { version } from './version.ts'
import { createHttpServer } from './wire/http/http-server.ts'
import { mnsPlugin } from './wire/mns/mns-plugin.ts'

/** A node that serves. */
export interface RunningNode {
  readonly endpoints: Endpoints
  /** Which synthesizer speaks. */
  readonly synthesizer: string
  /** Takes no more work, waits for live calls up to `drainSeconds`, writes what is not written, closes everything. */
  close(): Promise<void>
}

/** Orphans of dead nodes are looked for this often. */
const orphanPollMs = 5000

/**
 * Starts a node: the only place where parts are chosen and joined. What was started is closed in reverse order, also
 * when a later part fails to start.
 *
 * @throws {ConfigError} and the refusals of the parts, with messages that say what to do
 */
export async function startNode(config: Config, log: Log): Promise<RunningNode> {
  const started: (() => Promise<void> | void)[] = []
  const close = async () => {
    for (const end of started.splice(0).reverse()) await end()
  }
  try {
    const node = await joinParts(config, log, started)
    return { ...node, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function joinParts(
  config: Config,
  log: Log,
  started: (() => Promise<void> | void)[],
): Promise<Omit<RunningNode, 'close'>> {
  const clock = systemClock
  const isDev = config.profile === 'dev'
  mkdirSync(config.data, { recursive: true, mode: 0o700 })

  const store = await openStore({
    databaseUrl: config.databaseUrl || undefined,
    dataDir: config.data,
    profile: config.profile,
    ...(config.secretKeyFile === '' ? {} : { secretKeyFile: config.secretKeyFile }),
    clock,
    log,
  })
  started.push(() => store.close())

  const speech = await startSpeech({
    cacheDir: join(config.data, 'speech'),
    voices: (accountId, code) => store.voices.read(accountId, code),
    synthesizer: config.synthesizer,
    ...(config.synthesizerUrl === '' ? {} : { synthesizerUrl: config.synthesizerUrl }),
    clock,
    log,
  })
  started.push(() => speech.close())
  if (isDev) await seedDevProfile(store.accounts, await speech.convertVoice(demoVoice()))
  await refuseOpenDoor(config, store)

  const media = await startMedia({ ports: config.rtpPorts.from === 0 ? 0 : config.rtpPorts, nice: true, log })
  started.push(() => media.close())
  const listen = (['udp', 'tcp'] as const).map((transport) => ({
    transport,
    host: config.sipHost,
    port: config.sipPort,
  }))
  const advertisedHost = config.advertisedHost || undefined
  const agent = await startUserAgent({
    listen,
    product: `Yuyin/${version}`,
    clock,
    log,
    ...(advertisedHost === undefined ? {} : { advertisedHost }),
  })
  started.push(() => agent.close())

  const phones = isDev && config.phones ? await startVirtualPhones(config, { speech, clock, log }) : undefined
  if (phones !== undefined) started.push(() => phones.close())
  const trunk = createSipTrunk(
    {
      nextHop: phones?.address ?? { host: config.trunkHost, port: config.trunkPort, transport: config.trunkTransport },
      credentials:
        config.trunkUsername === '' ? undefined : { username: config.trunkUsername, password: config.trunkPassword },
      ownNumber: config.trunkNumber,
      channels: config.trunkChannels,
      ringSeconds: config.ringSeconds,
      mediaHost: config.sipHost,
      advertisedHost,
    },
    { agent, media, log },
  )

  const bus = createEventBus()
  const keeper = new RecordKeeper({ bus, outbox: store.outbox, clock, log })
  keeper.start()
  started.push(async () => {
    await keeper.drained()
    keeper.stop()
  })
  const exchange = createPushExchange({ allow: listOf(config.pushAllow), clock })
  const pushes = new PushDelivery({ outbox: store.pushes, exchange, bus, clock, log })
  pushes.start()
  started.push(() => pushes.close())

  const dialler = new Dialler({
    queue: store.calls,
    trunk,
    speech,
    bus,
    clock,
    log,
    callsPerSecond: config.callsPerSecond || Number.POSITIVE_INFINITY,
    maxTalkSeconds: config.maxTalkSeconds,
    maxWaitSeconds: {
      verification: config.verificationWaitSeconds,
      notification: config.notificationWaitSeconds,
    },
    isBehind: () => keeper.isBehind(),
  })

  const registry = new Registry()
  registerMetrics(registry, { media, agent, dialler, keeper, bus })
  const http = createHttpServer({
    catalogue,
    ports: store,
    settings: frequencySettings(config),
    clock,
    log,
    registry,
    plugins: [
      mnsPlugin({ queues: store.queues, credentials: store.credentials, bus, clock, log }),
      ...(phones === undefined ? [] : [phones.plugin]),
    ],
    ready: { database: () => store.health() },
  })
  started.push(() => http.close())
  await http.listen({ host: config.httpHost, port: config.httpPort })

  const closeOrphans = async () => {
    for (const call of await store.calls.orphans()) {
      log.warn(
        { callId: call.callId },
        'this call was on the line when its node ended; it is closed, not dialled again',
      )
      bus.emit('call.ended', { call, outcome: 'systemError', endedAt: clock.now(), hangUpBy: 'here' })
    }
  }
  await closeOrphans()
  const orphanPoll = setInterval(() => {
    closeOrphans().catch((error: unknown) => log.error({ error }, 'orphaned calls could not be looked up'))
  }, orphanPollMs)
  started.push(() => clearInterval(orphanPoll))

  const stopWaking = store.calls.onAccepted(() => dialler.wake())
  dialler.start()
  started.push(async () => {
    stopWaking()
    await dialler.drain(config.drainSeconds * 1000)
  })

  const endpoints: Endpoints = {
    http: httpUrl(config.httpHost, http.server.address()),
    sip: listenerOf(agent.listening),
    ...(phones === undefined ? {} : { phones: `${phones.address.host}:${phones.address.port}` }),
    database: store.url,
    pid: process.pid,
  }
  writeEndpoints(config.data, endpoints)
  started.push(() => removeEndpoints(config.data))
  return { endpoints, synthesizer: speech.synthesizer }
}

function frequencySettings(config: Config) {
  const frequency = config.calleeLimits
    ? { perMinute: config.calleePerMinute, perHour: config.calleePerHour, perDay: config.calleePerDay }
    : undefined
  const hint = 'YUYIN_CALLEE_LIMITS=off'
  return config.profile === 'dev' ? { frequency, frequencyHint: hint } : { frequency }
}

/** `a, b` as a list. */
function listOf(text: string): string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
}

function listenerOf(listening: readonly { host: string; port: number }[]): string {
  const [first] = listening
  return first === undefined ? '' : `${first.host}:${first.port}`
}

/** The address that a client on this machine uses. */
function httpUrl(host: string, address: AddressInfo | string | null): string {
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}
