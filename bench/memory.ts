import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { startCallLoad } from './load/call-load.ts'
import { median } from './load/median.ts'
import type { Report } from './report.ts'

const firstCalls = 1000
const allCalls = 10_000
const callsPerBurst = 1000
const samples = 5

/** Resident memory of a node after 10,000 calls, beside the same node after its first 1,000. */
export const bench = {
  name: 'memory',
  summary: 'resident memory after 10,000 calls, beside the same node after 1,000',
  async run(report: Report): Promise<void> {
    const load = await startCallLoad(400)
    try {
      await load.place(firstCalls)
      const before = await residentMegabytes(load.node.endpoints.pid)
      for (let placed = firstCalls; placed < allCalls; placed += callsPerBurst) {
        report.progress(`${placed} of ${allCalls} calls`)
        await load.place(callsPerBurst)
      }
      const after = await residentMegabytes(load.node.endpoints.pid)
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
async function residentMegabytes(pid: number): Promise<number[]> {
  const found: number[] = []
  for (let sample = 0; sample < samples; sample++) {
    await pause(1000)
    const status = await readFile(`/proc/${pid}/status`, 'utf8')
    found.push(Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024)
  }
  return found
}
