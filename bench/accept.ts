import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { LoadResult } from './load/http-load.ts'
import { median } from './load/median.ts'
import { runNode } from './load/run-node.ts'
import { acceptCalls, ttsCalls } from './load/signed-calls.ts'
import type { Report } from './report.ts'

const rounds = 3
const requestsPerRound = 12_000
const warmUpRequests = 3000

/**
 * Signed SingleCallByTts requests a second, each answered only when the call is on disk, with the load generator on the
 * same cores. Beside it the bare limit: a `node:http` server that checks the signature of the same requests and does
 * nothing else. No lines are open, so that nothing but accepting is measured.
 */
export const bench = {
  name: 'accept',
  summary: 'signed, durable SingleCallByTts per second, beside a server that only checks the HMAC',
  async run(report: Report): Promise<void> {
    // First: it goes by itself with whoever started it, whatever becomes of the node.
    const bare = await startBareServer()
    const node = await runNode({ YUYIN_TRUNK_CHANNELS: '0', YUYIN_NOTIFICATION_WAIT_SECONDS: '86400' })
    try {
      const accepted: LoadResult[] = []
      const checked: LoadResult[] = []
      await acceptCalls(node.endpoints.http, ttsCalls(warmUpRequests, 0))
      await acceptCalls(bare.endpoint, ttsCalls(warmUpRequests, 0))
      for (let round = 0; round < rounds; round++) {
        report.progress(`round ${round + 1} of ${rounds}`)
        checked.push(await acceptCalls(bare.endpoint, ttsCalls(requestsPerRound, round + 1)))
        accepted.push(await acceptCalls(node.endpoints.http, ttsCalls(requestsPerRound, round + 1)))
      }
      const yardstick = median(checked.map((result) => result.perSecond))
      const value = median(accepted.map((result) => result.perSecond))
      report.figure({
        figure: 'accepts',
        value,
        unit: 'calls/s',
        yardstick,
        ratio: value / yardstick,
        runs: accepted.map((result) => result.perSecond),
      })
      report.figure({
        figure: 'latency p50',
        value: median(accepted.map((result) => result.p50Ms)),
        unit: 'ms',
        runs: accepted.map((result) => result.p50Ms),
      })
      report.figure({
        figure: 'latency p99',
        value: median(accepted.map((result) => result.p99Ms)),
        unit: 'ms',
        runs: accepted.map((result) => result.p99Ms),
      })
    } finally {
      bare.process.kill('SIGKILL')
      await node.close()
    }
  },
}

async function startBareServer(): Promise<{ endpoint: string; process: ChildProcess }> {
  const child = fork(fileURLToPath(new URL('./load/bare-server.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
  })
  const port = await new Promise<unknown>((resolve, reject) => {
    child.once('message', resolve)
    child.once('error', reject)
  })
  return { endpoint: `http://127.0.0.1:${String(port)}`, process: child }
}
