import { setTimeout as pause } from 'node:timers/promises'
import { type CallLoad, startCallLoad } from './load/call-load.ts'
import { median } from './load/median.ts'
import { metricsOf } from './load/node-metrics.ts'
import type { Report } from './report.ts'

const channels = 400
const warmUpCalls = 500
const rateRounds = 3
const callsPerRound = 2000
/** How much of what it can do the node is asked for. */
const loadShare = 0.7
const sampleSeconds = 10
/** Buffers fill, code is compiled, SIP keeps what ended for 32 s: what is compared begins after that. */
const settlingSeconds = 180
/** What is compared with what: the first and the last stretch of the rest. */
const stretchSeconds = 180
/** The last calls end, and are forgotten. */
const lastCallsSeconds = 60

/** What is looked at, from /metrics of the node. */
const watched = {
  'resident memory': { metric: 'yuyin_process_resident_memory_bytes', unit: 'MB', scale: 1 / 1024 ** 2 },
  'heap in use': { metric: 'yuyin_nodejs_heap_size_used_bytes', unit: 'MB', scale: 1 / 1024 ** 2 },
  descriptors: { metric: 'yuyin_process_open_fds', unit: '', scale: 1 },
  timers: { metric: 'yuyin_nodejs_active_resources{type="Timeout"}', unit: '', scale: 1 },
  'live calls': { metric: 'yuyin_calls_live', unit: '', scale: 1 },
} as const

type Watched = keyof typeof watched
type Sample = Readonly<Record<Watched, number>>

/** Half an hour at 70 % of what the node can do: is anything left behind, does any call fail? `SOAK_MINUTES` shortens it. */
export const bench = {
  name: 'soak',
  summary: '30 minutes at 70 % of the highest rate: memory, descriptors, timers at the end beside the beginning',
  async run(report: Report): Promise<void> {
    const minutes = Number(process.env['SOAK_MINUTES'] ?? 30)
    const load = await startCallLoad(channels)
    try {
      const perSecond = Math.floor(loadShare * (await highestRate(load, report)))
      const before = await load.recorded()
      const { samples, asked } = await callOn(load, perSecond, minutes * 60, report)
      await pause(lastCallsSeconds * 1000)
      const after = await load.recorded()
      const heard = after.heard - before.heard
      report.figure({ figure: 'load', value: perSecond, unit: 'calls/s', runs: [asked / (minutes * 60)] })
      report.figure({ figure: 'calls not heard', value: asked - heard, unit: `of ${asked}`, runs: [asked - heard] })
      for (const name of Object.keys(watched).filter(isWatched)) compare(name, samples, report)
    } finally {
      await load.close()
    }
  },
}

async function highestRate(load: CallLoad, report: Report): Promise<number> {
  report.progress('measuring the highest rate')
  await load.place(warmUpCalls)
  const rates: number[] = []
  for (let round = 0; round < rateRounds; round++) rates.push(callsPerRound / (await load.place(callsPerRound)))
  return median(rates)
}

/** The same number of calls every second. @returns what was seen meanwhile, and how many calls were asked for */
async function callOn(
  load: CallLoad,
  perSecond: number,
  seconds: number,
  report: Report,
): Promise<{ samples: Sample[]; asked: number }> {
  const samples: Sample[] = []
  const startedMs = performance.now()
  for (let second = 0; second < seconds; second++) {
    const lateMs = performance.now() - startedMs - second * 1000
    if (lateMs < 0) await pause(-lateMs)
    await load.accept(perSecond)
    if (second % sampleSeconds !== 0) continue
    samples.push(await look(load.node.endpoints.http))
    if (second % 60 === 0) report.progress(`minute ${second / 60} of ${seconds / 60}: ${told(samples.at(-1))}`)
  }
  return { samples, asked: perSecond * seconds }
}

async function look(http: string): Promise<Sample> {
  const value = await metricsOf(http)
  const read = (name: Watched) => value(watched[name].metric) * watched[name].scale
  return {
    'resident memory': read('resident memory'),
    'heap in use': read('heap in use'),
    descriptors: read('descriptors'),
    timers: read('timers'),
    'live calls': read('live calls'),
  }
}

/** The median of the last stretch beside that of the first. */
function compare(name: Watched, samples: readonly Sample[], report: Report): void {
  const settled = samples.slice(Math.min(settlingSeconds / sampleSeconds, Math.floor(samples.length / 3)))
  const values = settled.map((sample) => sample[name])
  // In a short soak the halves of the rest.
  const stretch = Math.min(stretchSeconds / sampleSeconds, Math.floor(values.length / 2))
  const [yardstick, value] = [median(values.slice(0, stretch)), median(values.slice(-stretch))]
  const ratio = value / yardstick
  report.figure({ figure: name, value, unit: watched[name].unit, yardstick, ratio, runs: values.slice(-stretch) })
}

function told(sample: Sample | undefined): string {
  if (sample === undefined) return ''
  return Object.entries(sample)
    .map(([name, value]) => `${name} ${value.toFixed(0)}`)
    .join(', ')
}

function isWatched(name: string): name is Watched {
  return Object.hasOwn(watched, name)
}
