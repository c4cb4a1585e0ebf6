import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { joinCalls } from './calls.ts'
import type { Config } from './config.ts'
import { opensDoor, refuseOpenDoor } from './dev-safety.ts'
import { openDoors } from './doors.ts'
import { learnPhoneAnnouncements, openEar } from './ear.ts'
import { type Endpoints, removeEndpoints, writeEndpoints } from './endpoints.ts'
import { createEventBus } from './events/event-bus.ts'
import { type Clock, systemClock } from './lib/clock.ts'
import { type Closing, openOrClose } from './lib/closing.ts'
import type { Log } from './lib/log.ts'
import { pause } from './lib/patience.ts'
import { openLine } from './line.ts'
import { openRecordings } from './node-recordings.ts'
import { publicUrlOf } from './public-url.ts'
import { orphanWatch } from './records/orphan-watch.ts'
import type { SipUserAgent } from './sip/user-agent.types.ts'
import { demoVoice } from './speech/demo-voice.ts'
import { startSpeech } from './speech/speech.ts'
import { seedDevProfile } from './store/accounts/seed-dev-profile.ts'
import { openStore } from './store/open-store.ts'
import { TraceKeeper } from './traces/trace-keeper.ts'

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

/** How long a stopping node waits for a store that is away to take the last traces. */
const tracePatienceMs = 3_000

/** How long a stopping node waits for far ends to confirm that they hung up: a lost BYE is sent again meanwhile. */
const farewellMs = 2_000

/**
 * Starts a node: the only place where parts are chosen and joined (with `line.ts`, `calls.ts` and `doors.ts`, which join
 * one side of the house each). What was started is closed in reverse order, also when a later part fails to start.
 *
 * @throws {ConfigError} and the refusals of the parts, with messages that say what to do
 */
export function startNode(config: Config, log: Log): Promise<RunningNode> {
  return openOrClose(log, (closing) => joinParts(config, log, closing))
}

async function joinParts(config: Config, log: Log, closing: Closing): Promise<RunningNode> {
  const clock = systemClock
  mkdirSync(config.data, { recursive: true, mode: 0o700 })

  let isServing = false
  const store = await openStore({
    isBarredKey: (key) => isServing && opensDoor(config, key),
    databaseUrl: config.databaseUrl || undefined,
    dataDir: config.data,
    profile: config.profile,
    ...(config.secretKeyFile === '' ? {} : { secretKeyFile: config.secretKeyFile }),
    traceDays: config.traceDays,
    clock,
    log,
  })
  closing.add(() => store.close())
  const traces = config.traceDays === 0 ? undefined : new TraceKeeper({ book: store.traces, clock, log })
  if (traces !== undefined) closing.add(() => traces.close(tracePatienceMs))

  const speech = await startSpeech({
    cacheDir: join(config.data, 'speech'),
    voices: (accountId, code) => store.voices.read(accountId, code),
    synthesizer: config.synthesizer,
    ...(config.synthesizerUrl === '' ? {} : { synthesizerUrl: config.synthesizerUrl }),
    clock,
    log,
  })
  closing.add(() => speech.close())
  if (config.profile === 'dev') await seedDevProfile(store.accounts, await speech.convertVoice(demoVoice()))
  await refuseOpenDoor(config, (id) => store.directory.accessKey(id))
  isServing = true

  const line = await openLine(config, { store, speech, traces, clock, log }, closing)
  const bus = createEventBus()
  traces?.start(bus)
  const recordings = await openRecordings(config, { store, bus, clock, log }, closing)
  const ear = await openEar({ store, log }, closing)
  if (line.phones !== undefined) learnPhoneAnnouncements({ store, speech, log }, closing)
  const calls = joinCalls(config, { store, speech, ear, line, bus, recordings, clock, log }, closing)
  const doors = await openDoors(config, { store, speech, line, calls, recordings, clock, log }, closing)
  const publicUrl = publicUrlOf(config, doors)
  recordings.tell(publicUrl.url)

  const { dialler } = calls
  const orphans = orphanWatch({ orphans: () => store.calls.orphans(), bus, clock, log })
  closing.add(() => orphans.close())
  await orphans.begin()

  const stopWaking = store.calls.onAccepted(() => dialler.wake())
  const stopMinding = line.trunk.onRoom(() => dialler.wake())
  dialler.start()
  closing.add(async () => {
    stopWaking()
    stopMinding()
    await dialler.drain(config.drainSeconds * 1000)
    await farEndsHungUp(line.agent, clock)
  })

  const { agent, phones } = line
  const endpoints: Endpoints = {
    profile: config.profile,
    http: doors.http,
    ...(doors.https === undefined ? {} : { https: doors.https }),
    sip: listenerOf(agent.listening),
    ...(config.sipTls === 'off' ? {} : { sipTls: listenerOf(agent.listening.filter(isTls)) }),
    ...(phones === undefined ? {} : { phones: `${phones.address.host}:${phones.address.port}` }),
    publicUrl,
    database: store.url,
    pid: process.pid,
  }
  writeEndpoints(config.data, endpoints)
  closing.add(() => removeEndpoints(config.data))
  return { endpoints, synthesizer: speech.synthesizer, close: () => closing.close() }
}

async function farEndsHungUp(agent: SipUserAgent, clock: Clock): Promise<void> {
  const untilMs = clock.monotonicMs() + farewellMs
  while (agent.describe().calls > 0 && clock.monotonicMs() < untilMs) {
    await pause(clock, 20)
  }
}

function isTls({ transport }: { transport: string }): boolean {
  return transport === 'tls'
}

function listenerOf(listening: readonly { host: string; port: number }[]): string {
  const [first] = listening
  return first === undefined ? '' : `${first.host}:${first.port}`
}
