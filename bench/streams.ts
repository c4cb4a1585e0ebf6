import { setTimeout as sleep } from 'node:timers/promises'
import { keptUp, type StreamReceiver, type StreamsHeard, startReceiver } from './c/stream-receiver.ts'
import { type StreamSender, startCSender, startMediaSender } from './c/stream-senders.ts'
import type { Report } from './report.ts'

const rounds = 5
/** The load at which CPU and lateness are compared. */
const comparedStreams = 1000
const packetsPerSecond = 50
const settleSeconds = 1
const compareSeconds = 5
const stepSeconds = 2
/** A step counts as too many streams when it fails this often: once may be the machine's other work. */
const stepTries = 2
/** Streams added per step while looking for the point at which our process falls behind. */
const mediaStep = 250
const mediaMost = 5000
/** The yardstick is started anew for every step. */
const cStepFactor = 1.3
const cMost = 8000

interface Compared {
  cpuPercentPer100: number
  heard: StreamsHeard
}
interface Round {
  media: Compared & { mostStreams: number }
  c: Compared & { mostStreams: number }
}

/**
 * Prompts played at once by one media process: how many until it falls behind, what 100 of them cost at 1,000, and how
 * late their packets are by the kernel's clock at the receiver. Beside each the same from a small C sender.
 */
export const bench = {
  name: 'streams',
  summary: 'prompts played at once by one media process, CPU and packet lateness, beside a C sender',
  async run(report: Report): Promise<void> {
    const receiver = await startReceiver()
    try {
      const all: Round[] = []
      for (let round = 0; round < rounds; round++) {
        report.progress(`round ${round + 1} of ${rounds}`)
        const c = await measureC(receiver)
        const media = await measureMedia(receiver)
        report.progress(`C ${described(c)}`)
        report.progress(`media process ${described(media)}`)
        all.push({ c, media })
      }
      const tell = (figure: string, unit: string, read: (one: Round['c']) => number) => {
        const runs = all.map(({ media }) => read(media))
        const value = median(runs)
        const yardstick = median(all.map(({ c }) => read(c)))
        report.figure({ figure, value, unit, yardstick, ratio: value / yardstick, runs })
      }
      tell('streams until behind', 'streams', (one) => one.mostStreams)
      tell(`CPU of 100 streams at ${comparedStreams}`, '% of a core', (one) => one.cpuPercentPer100)
      tell(`lateness p50 at ${comparedStreams}`, 'ms', (one) => one.heard.p50Ms)
      tell(`lateness p99 at ${comparedStreams}`, 'ms', (one) => one.heard.p99Ms)
    } finally {
      await receiver.close()
    }
  },
}

async function measureC(receiver: StreamReceiver): Promise<Round['c']> {
  const sender = await startCSender(comparedStreams, receiver.port)
  const compared = await compare(sender, receiver).finally(() => sender.close())
  let mostStreams = 0
  for (let streams = comparedStreams; streams <= cMost; streams = Math.round(streams * cStepFactor)) {
    const larger = await startCSender(streams, receiver.port)
    const isKeepingUp = await keepsUp(receiver, streams).finally(() => larger.close())
    if (!isKeepingUp) break
    mostStreams = streams
  }
  return { ...compared, mostStreams }
}

async function measureMedia(receiver: StreamReceiver): Promise<Round['media']> {
  const sender = await startMediaSender(receiver.port)
  try {
    await sender.addUntil(comparedStreams)
    const compared = await compare(sender, receiver)
    let mostStreams = 0
    for (let streams = comparedStreams; streams <= mediaMost; streams += mediaStep) {
      await sender.addUntil(streams)
      if (!(await keepsUp(receiver, streams))) break
      mostStreams = streams
    }
    return { ...compared, mostStreams }
  } finally {
    await sender.close()
  }
}

async function keepsUp(receiver: StreamReceiver, streams: number): Promise<boolean> {
  for (let attempt = 0; attempt < stepTries; attempt++) {
    await sleep(settleSeconds * 1000)
    if (keptUp(await receiver.listen(stepSeconds), streams)) return true
  }
  return false
}

async function compare(sender: StreamSender, receiver: StreamReceiver): Promise<Compared> {
  await sleep(settleSeconds * 1000)
  const cpuBefore = await sender.cpuSeconds()
  const heard = await receiver.listen(compareSeconds)
  const cpuSeconds = (await sender.cpuSeconds()) - cpuBefore
  // By what was sent: who falls behind and skips frames must not look cheap.
  const secondsOf100 = heard.packets / (100 * packetsPerSecond)
  return { heard, cpuPercentPer100: (cpuSeconds / secondsOf100) * 100 }
}

function described({ mostStreams, cpuPercentPer100, heard }: Round['c']): string {
  const { p50Ms, p99Ms, worstMs, missing, dropped } = heard
  return `until ${mostStreams} streams; at ${comparedStreams}: ${cpuPercentPer100.toFixed(2)} % of a core per 100, late p50 ${p50Ms} p99 ${p99Ms} worst ${worstMs} ms, ${missing} frames missing (${dropped} by the receiver)`
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
