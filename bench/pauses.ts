import { setTimeout as sleep } from 'node:timers/promises'
import { type CProgram, compile, startProgram } from './c/c-program.ts'
import { median } from './load/median.ts'
import { metricsOf } from './load/node-metrics.ts'
import { type BenchNode, runNode } from './load/run-node.ts'
import { acceptCalls, ttsCalls } from './load/signed-calls.ts'
import type { Report } from './report.ts'

const rounds = 3
const requestsPerRound = 12_000
const warmUpRequests = 3000
/** Lines that are in use all the time, so that the media process has something to be late with. */
const lines = '20'
/** The gauge of the node looks back this far. */
const lookBackMs = 10_000

interface Pauses {
  node: number
  c: number
}

/**
 * The longest pause of the 20 ms clock of a node's media process while its HTTP accepts calls as fast as it can, with
 * calls on the line. Beside it, over the same seconds, a C loop that only sleeps: what the machine does to any clock.
 */
export const bench = {
  name: 'pauses',
  summary: 'longest pause of the media clock under full HTTP load, beside an idle C loop',
  async run(report: Report): Promise<void> {
    const loop = startProgram(await compile('idle-loop'), [])
    await loop.nextLine()
    const node = await runNode({ YUYIN_TRUNK_CHANNELS: lines, YUYIN_NOTIFICATION_WAIT_SECONDS: '86400' })
    try {
      await acceptCalls(node.endpoints.http, ttsCalls(warmUpRequests, 0))
      const loaded: Pauses[] = []
      const calm: Pauses[] = []
      for (let round = 0; round < rounds; round++) {
        report.progress(`round ${round + 1} of ${rounds}`)
        calm.push(await longestPauses(node, loop, () => sleep(lookBackMs)))
        loaded.push(
          await longestPauses(node, loop, async () => {
            const { perSecond } = await acceptCalls(node.endpoints.http, ttsCalls(requestsPerRound, round + 1))
            report.progress(`${Math.round(perSecond)} calls accepted a second`)
          }),
        )
      }
      tell(report, 'longest pause under HTTP load', loaded)
      tell(report, 'longest pause without', calm)
    } finally {
      await node.close()
      await loop.close()
    }
  },
}

/** Both over the time that `work` takes and a little before: the node's gauge keeps ten seconds. */
async function longestPauses(node: BenchNode, loop: CProgram, work: () => Promise<void>): Promise<Pauses> {
  await sleep(lookBackMs)
  loop.tell('begin')
  await loop.nextLine()
  await work()
  const value = await metricsOf(node.endpoints.http)
  loop.tell('end')
  return { node: value('yuyin_media_worst_lateness_ms'), c: Number(await loop.nextLine()) }
}

function tell(report: Report, figure: string, pauses: readonly Pauses[]): void {
  const runs = pauses.map(({ node }) => node)
  const value = median(runs)
  const yardstick = median(pauses.map(({ c }) => c))
  report.figure({ figure, value, unit: 'ms', yardstick, ratio: value / yardstick, runs })
}
