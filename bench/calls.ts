import { startCallLoad } from './load/call-load.ts'
import { median } from './load/median.ts'
import { callsBySipp } from './load/sipp-calls.ts'
import type { Report } from './report.ts'

const rounds = 3
const warmUpCalls = 500
const callsPerRound = 2000
const sippCallsPerStep = 5000
const channels = 400

/**
 * Complete calls a second: signed request, durable accept, INVITE, answer, audio, BYE, record and receipts on disk.
 * Debian's sipp is the callee, on the same cores. The ceiling: sipp calls the same sipp.
 */
export const bench = {
  name: 'calls',
  summary: 'complete calls per second, from the signed request to the receipt on disk, against sipp',
  async run(report: Report): Promise<void> {
    const load = await startCallLoad(channels)
    try {
      report.progress('warming up')
      await load.place(warmUpCalls)
      const rates: number[] = []
      const ceilings: number[] = []
      for (let round = 0; round < rounds; round++) {
        report.progress(`round ${round + 1} of ${rounds}`)
        rates.push(callsPerRound / (await load.place(callsPerRound)))
        ceilings.push(await callsBySipp(load.calleePort, sippCallsPerStep))
      }
      const [value, yardstick] = [median(rates), median(ceilings)]
      report.figure({
        figure: 'complete calls',
        value,
        unit: 'calls/s',
        yardstick,
        ratio: value / yardstick,
        runs: rates,
      })
    } finally {
      await load.close()
    }
  },
}
