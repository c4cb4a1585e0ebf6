import { mkdirSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import { createSipTrunk } from './carrier/sip-trunk.ts'
import type { Config } from './config.ts'
import { opensDoor, refuseOpenDoor } from './dev-safety.ts'
import { type Endpoints, removeEndpoints, writeEndpoints } from './endpoints.ts'
import { Dialler } from './engine/dialler.ts'
import { createEventBus } from './events/event-bus.ts'
import { httpsDoor } from './https-door.ts'
import { type Clock, systemClock } from './lib/clock.ts'
import { Closing } from './lib/closing.ts'
import type { Log } from './lib/log.ts'
import { startMedia } from './media/start-media.ts'
import { registerMetrics } from './metrics.ts'
import { catalogue } from './operations/catalogue.ts'
import { startVirtualPhones } from './phone-exchange.ts'
import { PushDelivery } from './receipts/push-delivery.ts'
import { createPushExchange } from './receipts/push-exchange.ts'
import { OrphanWatch } from './records/orphan-watch.ts'
import { RecordKeeper } from './records/record-keeper.ts'
import { ConfigError } from './setting.ts'
import { admitHosts } from './sip/admit-hosts.ts'
import { startUserAgent } from './sip/user-agent.ts'
import type { SipUserAgent } from './sip/user-agent.types.ts'
import { demoVoice } from './speech/demo-voice.ts'
import { startSpeech } from './speech/speech.ts'
import { seedDevProfile } from './store/accounts/seed-dev-profile.ts'
import { isDatabaseAway } from './store/away.ts'
import { openStore } from './store/open-store.ts'
import { version } from './version.ts'
import { adminPlugin } from './wire/admin/admin-plugin.ts'
import { createHttpServer } from './wire/http/http-server.ts'
import { createThrottle } from './wire/http/throttle.ts'
import { mnsPlugin } from './wire/mns/mns-plugin.ts'

/** A node that serves. */
export interface RunningNode {
  readonly endpoints: Endpoints
  /** Which synthesizer speaks. */
  readonly synthesizer: string
  /**
   * Dials no more calls (what is still accepted waits for another node, or the next start), waits for live ones up to
   * `drainSeconds`, writes what is not written, closes everything. Closing twice is closing once.
   */
  close(): Promise<void>
}

/** How long a stopping node waits for far ends to confirm that they hung up: a lost BYE is sent again meanwhile. */
const farewellMs = 2_000

/** How long a stopping node waits for a store that is away to take the last records. */
const recordPatienceMs = 10_000

/**
 * Starts a node: the only place where parts are chosen and joined. What was started is closed in reverse order, also
 * when a later part fails to start.
 *
 * @throws {ConfigError} and the refusals of the parts, with messages that say what to do
 */
export async function startNode(config: Config, log: Log): Promise<RunningNode> {
  const closing = new Closing()
  try {
    const node = await joinParts(config, log, closing)
    return { ...node, close: () => closing.close() }
  } catch (error) {
    // The first error is the one that tells.
    await closing.close().catch((why: unknown) => log.error({ err: why }, 'the node could not be closed cleanly'))
    throw error
  }
}

async function joinParts(config: Config, log: Log, closing: Closing): Promise<Omit<RunningNode, 'close'>> {
  const clock = systemClock
  const isDev = config.profile === 'dev'
  const hasPhones = isDev && config.phones && config.trunkHost === ''
  if (!hasPhones && config.trunkHost === '') {
    throw new ConfigError(
      'trunkHost is empty: no call could leave this node. Give the carrier, or a proxy (YUYIN_TRUNK_HOST).',
    )
  }
  mkdirSync(config.data, { recursive: true, mode: 0o700 })

  let isServing = false
  const store = await openStore({
    isBarredKey: (key) => isServing && opensDoor(config, key),
    databaseUrl: config.databaseUrl || undefined,
    dataDir: config.data,
    profile: config.profile,
    ...(config.secretKeyFile === '' ? {} : { secretKeyFile: config.secretKeyFile }),
    clock,
    log,
  })
  closing.add(() => store.close())

  const speech = await startSpeech({
    cacheDir: join(config.data, 'speech'),
    voices: (accountId, code) => store.voices.read(accountId, code),
    synthesizer: config.synthesizer,
    ...(config.synthesizerUrl === '' ? {} : { synthesizerUrl: config.synthesizerUrl }),
    clock,
    log,
  })
  closing.add(() => speech.close())
  if (isDev) await seedDevProfile(store.accounts, await speech.convertVoice(demoVoice()))
  await refuseOpenDoor(config, (id) => store.directory.accessKey(id))
  isServing = true

  const media = await startMedia({ ports: config.rtpPorts.from === 0 ? 0 : config.rtpPorts, nice: true, log })
  closing.add(() => media.close())
  const listen = (['udp', 'tcp'] as const).map((transport) => ({
    transport,
    host: config.sipHost,
    port: config.sipPort,
  }))
  const advertisedHost = config.advertisedHost || undefined
  const hosts = config.trunkHost === '' ? [] : [config.trunkHost]
  const admitted = await admitHosts({ hosts, servesLoopback: isDev, clock, log })
  closing.add(async () => admitted.close())
  const agent = await startUserAgent({
    listen,
    admit: admitted.admit,
    product: `Yuyin/${version}`,
    t1Ms: config.sipT1Ms,
    clock,
    log,
    ...(advertisedHost === undefined ? {} : { advertisedHost }),
  })
  closing.add(() => agent.close())

  const phones = hasPhones ? await startVirtualPhones(config, { speech, clock, log }) : undefined
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
      advertisedHost,
    },
    { agent, media, clock, log },
  )

  const bus = createEventBus()
  const keeper = new RecordKeeper({ bus, outbox: store.outbox, clock, log })
  keeper.start()
  closing.add(() => keeper.close(recordPatienceMs))
  const exchange = createPushExchange({ allow: listOf(config.pushAllow), clock })
  const pushes = new PushDelivery({ outbox: store.pushes, exchange, bus, clock, log })
  pushes.start()
  closing.add(() => pushes.close())

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
    settings: { ...frequencySettings(config), heldMinutes: Math.max(1, config.heldMinutes) },
    ...(config.requestLimits
      ? { throttle: createThrottle({ percent: config.requestLimitPercent, shared: store.limits, clock, log }) }
      : {}),
    clock,
    log,
    registry,
    plugins: [
      mnsPlugin({
        register: store.queueRegister,
        queues: store.queues,
        credentials: store.credentials,
        bus,
        clock,
        log,
      }),
      adminPlugin({
        ports: {
          accounts: store.accounts,
          pushLog: store.pushLog,
          ...store.administration,
          convertVoice: (bytes) => speech.convertVoice(bytes),
        },
        clock,
        log,
        isTemporary: isDatabaseAway,
        version,
      }),
      ...(phones === undefined ? [] : [phones.plugin]),
    ],
    isTemporary: isDatabaseAway,
    ...(config.consoleOrigin === '' ? {} : { consoleOrigin: config.consoleOrigin }),
    ready: {
      database: () => store.health(),
      async calls() {
        if (dialler.isDraining) throw new Error('the node is stopping')
      },
    },
  })
  const https = httpsDoor(http, config, clock, log)
  closing.add(() => http.close())
  await http.listen({ host: config.httpHost, port: config.httpPort })
  const httpsPort = await https?.listen(config.httpHost, config.httpsPort)

  const orphanWatch = new OrphanWatch({ orphans: () => store.calls.orphans(), bus, clock, log })
  closing.add(() => orphanWatch.close())
  await orphanWatch.start()

  const stopWaking = store.calls.onAccepted(() => dialler.wake())
  dialler.start()
  closing.add(async () => {
    stopWaking()
    await dialler.drain(config.drainSeconds * 1000)
    await farEndsHungUp(agent, clock)
  })

  const endpoints: Endpoints = {
    http: urlOf('http', config.httpHost, portOf(http.server.address())),
    ...(httpsPort === undefined ? {} : { https: urlOf('https', config.httpHost, httpsPort) }),
    sip: listenerOf(agent.listening),
    ...(phones === undefined ? {} : { phones: `${phones.address.host}:${phones.address.port}` }),
    database: store.url,
    pid: process.pid,
  }
  writeEndpoints(config.data, endpoints)
  closing.add(() => removeEndpoints(config.data))
  return { endpoints, synthesizer: speech.synthesizer }
}

async function farEndsHungUp(agent: SipUserAgent, clock: Clock): Promise<void> {
  const untilMs = clock.monotonicMs() + farewellMs
  while (agent.describe().calls > 0 && clock.monotonicMs() < untilMs) {
    await new Promise<void>((resolve) => void clock.after(20, resolve))
  }
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
function urlOf(scheme: 'http' | 'https', host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `${scheme}://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0
}
