import { Counter, collectDefaultMetrics, Gauge, type Registry } from 'prom-client'
import type { Dialler } from './engine/dialler.ts'
import type { EventBus } from './events/event-bus.ts'
import type { Media } from './media/media.ts'
import type { RecordKeeper } from './records/record-keeper.ts'
import type { SipUserAgent } from './sip/user-agent.types.ts'

/** What /metrics tells of a node, besides what the HTTP server counts itself. */
export function registerMetrics(
  registry: Registry,
  parts: { media: Media; agent: SipUserAgent; dialler: Dialler; keeper: RecordKeeper; bus: EventBus },
): void {
  const { media, agent, dialler, keeper, bus } = parts
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
  gauge('yuyin_calls_live', 'Calls on the line.', () => dialler.liveCalls)
  gauge('yuyin_records_waiting', 'Records and receipts that are not on disk yet.', () => keeper.waiting)
  gauge('yuyin_sip_transactions', 'SIP transactions in progress.', () => {
    const { clientTransactions, serverTransactions } = agent.describe()
    return clientTransactions + serverTransactions
  })
  const lateness = new Gauge({
    name: 'yuyin_media_worst_lateness_ms',
    help: 'Worst lateness of the 20 ms media clock in the last 10 seconds.',
    registers,
  })
  new Gauge({
    name: 'yuyin_media_sessions',
    help: 'Open RTP sessions.',
    registers,
    async collect() {
      const { sessions, worstLatenessMs } = await media.statistics()
      this.set(sessions)
      lateness.set(worstLatenessMs)
    },
  })
}
