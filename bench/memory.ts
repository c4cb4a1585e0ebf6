import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { startCallLoad } from './load/call-load.ts'
import { median } from './load/median.ts'
import type { BenchNode } from './load/run-node.ts'
import type { Report } from './report.ts'

const firstCalls = 1000
const allCalls = 10_000
const callsPerBurst = 1000
const samples = 5
/** SIP keeps what it must recognise again for 64 × T1 (RFC 6026, timer M): until then a call is not forgotten. */
const forgottenAfterMs = 34_000
const collectionMs = 4000

/**
 * Memory of a node after 10,000 calls, beside the same node after its first 1,000: both when the calls are forgotten and
 * the garbage is collected. Node collects everything before it writes a heap snapshot, which is asked for by signal.
 */
export const bench = {
  name: 'memory',
  summary: 'resident memory after 10,000 calls, beside the same node after 1,000',
  async run(report: Report): Promise<void> {
    const load = await startCallLoad(400, { NODE_OPTIONS: '--heapsnapshot-signal=SIGUSR2' })
    try {
      await load.place(firstCalls)
      const before = await residentMegabytes(load.node)
      for (let placed = firstCalls; placed < allCalls; placed += callsPerBurst) {
        report.progress(`${placed} of ${allCalls} calls`)
        await load.place(callsPerBurst)
      }
      const after = await residentMegabytes(load.node)
      report.figure({
        figure: 'resident memory',
        value: median(after),
        unit: 'MB',
        yardstick: median(before),
        ratio: median(after) / median(before),
        runs: after,
      })
    } finally {
      await load.close()
    }
  },
}

/** Samples over some seconds without work, megabytes. */
async function residentMegabytes({ endpoints: { pid } }: BenchNode): Promise<number[]> {
  await pause(forgottenAfterMs)
  process.kill(pid, 'SIGUSR2')
  await pause(collectionMs)
  const found: number[] = []
  for (let sample = 0; sample < samples; sample++) {
    await pause(1000)
    const status = await readFile(`/proc/${pid}/status`, 'utf8')
    found.push(Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024)
  }
  return found
}
