import type { AddressInfo } from 'node:net'
import { Registry } from 'prom-client'
import type { Calls } from './calls.ts'
import type { Config } from './config.ts'
import { httpsDoor } from './https-door.ts'
import type { Clock } from './lib/clock.ts'
import type { Closing } from './lib/closing.ts'
import type { Log } from './lib/log.ts'
import type { Line } from './line.ts'
import { registerMetrics } from './metrics.ts'
import type { NodeRecordings } from './node-recordings.ts'
import { catalogue } from './operations/catalogue.ts'
import { localUrl } from './public-url.ts'
import { openAnnouncementShelf } from './recognition/announcement-shelf.ts'
import type { RunningSpeech } from './speech/speech.ts'
import { isDatabaseAway } from './store/away.ts'
import type { Store } from './store/store.ts'
import { trunkAdmin } from './store/trunks/known-trunks.ts'
import { version } from './version.ts'
import { adminPlugin } from './wire/admin/admin-plugin.ts'
import { createHttpServer } from './wire/http/http-server.ts'
import { createThrottle } from './wire/http/throttle.ts'
import { mnsPlugin } from './wire/mns/mns-plugin.ts'

/** What the doors lead to. */
export interface Behind {
  readonly store: Store
  readonly speech: RunningSpeech
  readonly line: Line
  readonly calls: Calls
  readonly recordings: Pick<NodeRecordings, 'plugin' | 'line' | 'link'>
  readonly clock: Clock
  readonly log: Log
}

/** Where clients on this machine reach the node. */
export interface Doors {
  readonly http: string
  readonly https: string | undefined
}

/** Opens the HTTP port, and the HTTPS port when the settings ask for one. `closing` learns how they close. */
export async function openDoors(config: Config, behind: Behind, closing: Closing): Promise<Doors> {
  const { store, line, calls, clock, log } = behind
  const registry = new Registry()
  registerMetrics(registry, { ...line, ...calls, recordings: behind.recordings.line })
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
    plugins: pluginsOf(behind),
    isTemporary: isDatabaseAway,
    ...(config.consoleOrigin === '' ? {} : { consoleOrigin: config.consoleOrigin }),
    ready: {
      database: () => store.health(),
      async calls() {
        if (calls.dialler.isDraining) throw new Error('the node is stopping')
      },
    },
  })
  const https = httpsDoor(http, config, clock, log)
  closing.add(() => http.close())
  await http.listen({ host: config.httpHost, port: config.httpPort })
  const httpsPort = await https?.listen(config.httpHost, config.httpsPort)
  return {
    http: localUrl('http', config.httpHost, portOf(http.server.address())),
    https: httpsPort === undefined ? undefined : localUrl('https', config.httpHost, httpsPort),
  }
}

/** What is served besides the operations. */
function pluginsOf({ store, speech, line, calls, recordings, clock, log }: Behind) {
  return [
    mnsPlugin({
      register: store.queueRegister,
      queues: store.queues,
      credentials: store.credentials,
      bus: calls.bus,
      clock,
      log,
    }),
    adminPlugin({
      ports: {
        accounts: store.accounts,
        pushLog: store.pushLog,
        recordings: { ...store.recordings.admin, link: (id) => recordings.link(id) },
        announcements: openAnnouncementShelf(store.announcements),
        ...store.administration,
        trunks: trunkAdmin(store, clock),
        convertVoice: (bytes) => speech.convertVoice(bytes),
      },
      clock,
      log,
      isTemporary: isDatabaseAway,
      version,
    }),
    recordings.plugin,
    ...(line.phones === undefined ? [] : [line.phones.plugin]),
  ]
}

function frequencySettings(config: Config) {
  const frequency = config.calleeLimits
    ? { perMinute: config.calleePerMinute, perHour: config.calleePerHour, perDay: config.calleePerDay }
    : undefined
  const hint = 'YUYIN_CALLEE_LIMITS=off'
  return config.profile === 'dev' ? { frequency, frequencyHint: hint } : { frequency }
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0
}
