import { Counter, collectDefaultMetrics, Gauge, type Registry } from 'prom-client'
import type { TrunkReport } from './carrier/trunks/ports.ts'
import type { TrunkGroup } from './carrier/trunks/trunk-group.ts'
import type { Dialler } from './engine/dialler.ts'
import type { EventBus } from './events/event-bus.ts'
import { type Media, type MediaStatistics, MediaUnavailable } from './media/media.ts'
import type { RecordingLine } from './recordings/recording-line.ts'
import type { RecordKeeper } from './records/record-keeper.ts'
import type { SipUserAgent } from './sip/user-agent.types.ts'

/** What /metrics tells of a node, besides what the HTTP server counts itself. */
export function registerMetrics(
  registry: Registry,
  parts: {
    media: Media
    agent: SipUserAgent
    trunk: Pick<TrunkGroup, 'reports'>
    dialler: Pick<Dialler, 'liveCalls'>
    keeper: Pick<RecordKeeper, 'waiting'>
    recordings: Pick<RecordingLine, 'describe'>
    bus: EventBus
  },
): void {
  const { media, agent, trunk, dialler, keeper, recordings, bus } = parts
  collectDefaultMetrics({ register: registry, prefix: 'yuyin_' })
  const registers = [registry]
  const ended = new Counter({
    name: 'yuyin_calls_ended_total',
    help: 'Calls that ended, by outcome.',
    labelNames: ['outcome'],
    registers,
  })
  bus.on('call.ended', ({ outcome }) => ended.inc({ outcome }))
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read())
      },
    })
  const trunkGauge = (name: string, help: string, read: (report: TrunkReport) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['trunk'],
      registers,
      collect() {
        // A trunk that is gone is told of no more.
        this.reset()
        for (const report of trunk.reports()) this.set({ trunk: report.profile.name }, read(report))
      },
    })
  trunkGauge(
    'yuyin_trunk_up',
    'Whether a trunk may be given calls: 0 while it is down, rests or is not registered.',
    (report) => (['down', 'resting', 'unregistered'].includes(report.state) ? 0 : 1),
  )
  trunkGauge('yuyin_trunk_calls', 'Calls on a trunk.', ({ calls }) => calls)
  trunkGauge('yuyin_trunk_room', 'Calls that a trunk can take now.', ({ room }) => room)
  gauge('yuyin_calls_live', 'Calls on the line.', () => dialler.liveCalls)
  gauge('yuyin_records_waiting', 'Records and receipts that are not on disk yet.', () => keeper.waiting)
  gauge(
    'yuyin_recordings_waiting',
    'Recordings that are not uploaded or not told of yet.',
    () => recordings.describe().waiting,
  )
  gauge('yuyin_recordings_waiting_bytes', 'Size of these recordings.', () => recordings.describe().waitingBytes)
  const counter = (name: string, help: string, read: () => number) =>
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset()
        this.inc(read())
      },
    })
  counter('yuyin_recordings_uploaded_bytes_total', 'Recorded bytes brought to the object store.', () => {
    return recordings.describe().uploadedBytes
  })
  counter('yuyin_recordings_failures_total', 'Attempts to upload, tell of or delete a recording that failed.', () => {
    return recordings.describe().failures
  })
  gauge('yuyin_sip_transactions', 'SIP transactions in progress.', () => {
    const { clientTransactions, serverTransactions } = agent.describe()
    return clientTransactions + serverTransactions
  })
  new Counter({
    name: 'yuyin_sip_dropped_total',
    help: 'SIP messages and connections that got no answer: of strangers, above the limit of one source, not admitted.',
    labelNames: ['why'],
    registers,
    collect() {
      this.reset()
      for (const [why, count] of Object.entries(agent.drops())) this.inc({ why }, count)
    },
  })
  gauge('yuyin_sip_connections', 'Open SIP connections, TCP and TLS.', () => agent.describe().connections)
  // While the media process is started again these have no value; everything else is told all the more.
  const mediaGauge = (name: string, help: string, read: (statistics: MediaStatistics) => number) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.remove()
        const statistics = await media.statistics().catch(unlessUnavailable)
        if (statistics !== undefined) this.set(read(statistics))
      },
    })
  mediaGauge('yuyin_media_sessions', 'Open RTP sessions.', ({ sessions }) => sessions)
  mediaGauge(
    'yuyin_media_worst_lateness_ms',
    'Worst lateness of the 20 ms media clock in the last 10 seconds.',
    ({ worstLatenessMs }) => worstLatenessMs,
  )
  mediaGauge(
    'yuyin_media_packets_unsent',
    'RTP and RTCP packets that the system did not take since the media process started: no way there, a full buffer, a firewall.',
    ({ packetsUnsent }) => packetsUnsent,
  )
}

function unlessUnavailable(error: unknown): undefined {
  if (!(error instanceof MediaUnavailable)) throw error
}
