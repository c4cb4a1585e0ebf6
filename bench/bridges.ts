import { setTimeout as sleep } from 'node:timers/promises'
import { type Delays, type RelayLoad, startRelayLoad } from './c/relay-load.ts'
import { median } from './load/median.ts'
import { startMediaRelay } from './relays/media-relay.ts'
import type { Relay } from './relays/relay.ts'
import { startRtpengine } from './relays/rtpengine.ts'
import type { Report } from './report.ts'

const rounds = 3
/** The load at which CPU and delay are compared. */
const comparedCalls = 200
/** Pairs that talk without a relay, for the delay of the bare loopback at the same moment. */
const directPairs = 20
const settleSeconds = 1
const compareSeconds = 5
const stepSeconds = 2
/** A step counts as too many calls when it fails this often: once may be the machine's other work. */
const stepTries = 2
const stepCalls = 50
const mostCalls = 1500
/** Behind: more than one packet in a thousand missing, or one in a hundred later than a frame. */
const missingShare = 0.001
const latestMs = 20

interface Compared {
  cpuPercentPerCall: number
  relayed: Delays
  direct: Delays
}
interface Round {
  ours: Compared & { mostCalls: number }
  rtpengine: Compared
}

/**
 * Two-leg calls, both sides talking, relayed by one media process: how many until it falls behind, what one costs, and
 * how much later its packets come than over the bare loopback in the same moment. Beside it Debian's rtpengine in
 * userspace with the same calls.
 */
export const bench = {
  name: 'bridges',
  summary: 'two-leg calls relayed by one media process, CPU and added delay, beside rtpengine in userspace',
  async run(report: Report): Promise<void> {
    const all: Round[] = []
    for (let round = 0; round < rounds; round++) {
      report.progress(`round ${round + 1} of ${rounds}`)
      const rtpengine = await withRelay(startRtpengine, compare)
      report.progress(`rtpengine ${described(rtpengine)}`)
      const ours = await withRelay(startMediaRelay, async (relay, load) => ({
        ...(await compare(relay, load)),
        mostCalls: await callsUntilBehind(relay, load, report),
      }))
      report.progress(`media process ${described(ours)}; until ${ours.mostCalls} calls`)
      all.push({ ours, rtpengine })
    }
    const most = all.map(({ ours }) => ours.mostCalls)
    report.figure({ figure: 'calls until behind', value: median(most), unit: 'calls', runs: most })
    const tell = (figure: string, unit: string, read: (one: Compared) => number) => {
      const runs = all.map(({ ours }) => read(ours))
      const value = median(runs)
      const yardstick = median(all.map(({ rtpengine }) => read(rtpengine)))
      report.figure({ figure, value, unit, yardstick, ratio: value / yardstick, runs })
    }
    tell(`calls per core at ${comparedCalls}`, 'calls', (one) => 100 / one.cpuPercentPerCall)
    tell(`CPU of a call at ${comparedCalls}`, '% of a core', (one) => one.cpuPercentPerCall)
    tell('added delay p50', 'ms', ({ relayed, direct }) => relayed.p50Ms - direct.p50Ms)
    tell('added delay p99', 'ms', ({ relayed, direct }) => relayed.p99Ms - direct.p99Ms)
  },
}

async function withRelay<Result>(
  start: () => Promise<Relay>,
  measure: (relay: Relay, load: RelayLoad) => Promise<Result>,
): Promise<Result> {
  const load = await startRelayLoad()
  try {
    const relay = await start()
    load.addDirect(directPairs)
    return await measure(relay, load).finally(() => relay.close())
  } finally {
    await load.close()
  }
}

async function addCalls(relay: Relay, load: RelayLoad, calls: number): Promise<void> {
  for (let call = 0; call < calls; call++) load.addCall(await relay.addCall(load.ports))
}

async function compare(relay: Relay, load: RelayLoad): Promise<Compared> {
  await addCalls(relay, load, comparedCalls)
  await sleep(settleSeconds * 1000)
  const [cpuBefore, startedMs] = [await relay.cpuSeconds(), performance.now()]
  const measured = await load.measure(compareSeconds)
  const cpuSeconds = (await relay.cpuSeconds()) - cpuBefore
  const tookSeconds = (performance.now() - startedMs) / 1000
  if (measured.relayed.received === 0) throw new Error('nothing was relayed')
  return { ...measured, cpuPercentPerCall: (cpuSeconds / tookSeconds / comparedCalls) * 100 }
}

async function callsUntilBehind(relay: Relay, load: RelayLoad, report: Report): Promise<number> {
  let kept = 0
  for (let calls = comparedCalls; calls <= mostCalls; calls += stepCalls) {
    if (calls > comparedCalls) await addCalls(relay, load, stepCalls)
    if (!(await keepsUp(load))) break
    kept = calls
    report.progress(`${calls} calls`)
  }
  return kept
}

async function keepsUp(load: RelayLoad): Promise<boolean> {
  for (let attempt = 0; attempt < stepTries; attempt++) {
    await sleep(settleSeconds * 1000)
    const { relayed } = await load.measure(stepSeconds)
    if (relayed.sent - relayed.received <= relayed.sent * missingShare && relayed.p99Ms <= latestMs) return true
  }
  return false
}

function described({ cpuPercentPerCall, relayed, direct }: Compared): string {
  const { p50Ms, p99Ms, worstMs } = relayed
  return `at ${comparedCalls} calls ${cpuPercentPerCall.toFixed(3)} % of a core each, delay p50 ${p50Ms} p99 ${p99Ms} worst ${worstMs} ms (direct p50 ${direct.p50Ms} p99 ${direct.p99Ms}), ${relayed.sent - relayed.received} of ${relayed.sent} packets missing`
}
