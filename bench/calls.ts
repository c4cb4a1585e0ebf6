import { startCallLoad } from './load/call-load.ts'
import { median } from './load/median.ts'
import type { Report } from './report.ts'

const rounds = 3
const warmUpCalls = 500
const callsPerRound = 2000
const channels = 400

/**
 * Complete calls a second: signed request, durable accept, INVITE, answer, audio, BYE, record and receipts on disk.
 * Debian's sipp is the callee, on the same cores.
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
      for (let round = 0; round < rounds; round++) {
        report.progress(`round ${round + 1} of ${rounds}`)
        rates.push(callsPerRound / (await load.place(callsPerRound)))
      }
      report.figure({ figure: 'complete calls', value: median(rates), unit: 'calls/s', runs: rates })
    } finally {
      await load.close()
    }
  },
}
