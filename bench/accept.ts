import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { signedUrl } from '../src/wire/signature/sign.ts'
import { type LoadResult, runLoad } from './load/http-load.ts'
import { median } from './load/median.ts'
import { runNode } from './load/run-node.ts'
import type { Report } from './report.ts'

const rounds = 3
const requestsPerRound = 12_000
const warmUpRequests = 3000
const connections = 64

/**
 * Signed SingleCallByTts requests a second, each answered only when the call is on disk, with the load generator on the
 * same cores. Beside it the bare limit: a `node:http` server that checks the signature of the same requests and does
 * nothing else. No lines are open, so that nothing but accepting is measured.
 */
export const bench = {
  name: 'accept',
  summary: 'signed, durable SingleCallByTts per second, beside a server that only checks the HMAC',
  async run(report: Report): Promise<void> {
    const node = await runNode({ YUYIN_TRUNK_CHANNELS: '0', YUYIN_NOTIFICATION_WAIT_SECONDS: '86400' })
    const bare = await startBareServer()
    try {
      const accepted: LoadResult[] = []
      const checked: LoadResult[] = []
      await load(node.endpoints.http, warmUpRequests, 0)
      await load(bare.endpoint, warmUpRequests, 0)
      for (let round = 0; round < rounds; round++) {
        report.progress(`round ${round + 1} of ${rounds}`)
        checked.push(await load(bare.endpoint, requestsPerRound, round + 1))
        accepted.push(await load(node.endpoints.http, requestsPerRound, round + 1))
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

/** Sends `count` requests that were signed before the clock started. @throws when one was not accepted. */
async function load(endpoint: string, count: number, round: number): Promise<LoadResult> {
  const { host, hostname, port } = new URL(endpoint)
  const now = Date.now()
  const requests = Array.from({ length: count }, (_, index) => {
    const url = new URL(
      signedUrl({
        endpoint,
        action: 'SingleCallByTts',
        accessKeyId: 'testId',
        secret: 'testSecret',
        parameters: {
          CalledShowNumber: '057128880000',
          CalledNumber: `13${round}${String(index).padStart(8, '0')}`,
          TtsCode: 'TTS_10002',
          TtsParam: JSON.stringify({ name: '张三', time: '下午三点' }),
        },
        now,
      }),
    )
    return Buffer.from(`GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
  })
  const result = await runLoad({
    host: hostname,
    port: Number(port),
    requests,
    connections,
    isSuccess: (body) => body.includes('"Code":"OK"'),
  })
  if (result.successes !== count) {
    throw new Error(
      `${count - result.successes} of ${count} requests were not accepted, the first: ${result.firstFailure}`,
    )
  }
  return result
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
