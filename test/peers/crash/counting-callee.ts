import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { callIdOf } from '../../../src/phones/phone-number.ts'
import { startSipp } from '../sipp/run-sipp.ts'
import { receive, respond, respondInDialog, scenario } from '../sipp/scenario.ts'

/** sipp as every phone of a town: answers each call, waits for its end, and writes down who was dialled. */
export interface CountingCallee {
  readonly port: number
  /** The CallId of every INVITE that opened a dialog, in order: one that stands here twice rang twice. */
  dialled(): Promise<string[]>
  stop(): Promise<void>
}

const answersAndCounts = scenario(
  receive('INVITE', '<action><log message="dialled [call_id]"/></action>'),
  respond('200 OK', { withSdp: true, untilAck: true }),
  receive('ACK'),
  receive('BYE'),
  respondInDialog('200 OK'),
)

export async function startCountingCallee(): Promise<CountingCallee> {
  const folder = await mkdtemp(join(tmpdir(), 'yuyin-callee-'))
  const log = join(folder, 'dialled.log')
  const sipp = await startSipp({
    scenario: answersAndCounts,
    calls: 1_000_000,
    more: ['-trace_logs', '-log_file', log, '-timeout', '300s'],
  })
  return {
    port: sipp.port,
    async dialled() {
      const text = await readFile(log, 'utf8').catch(noneYet)
      return text.split('\n').flatMap((line) => {
        const callId = callIdOf(/dialled (\S+)/.exec(line)?.[1] ?? '')
        return callId === undefined ? [] : [callId]
      })
    },
    async stop() {
      await sipp.stop()
      await rm(folder, { recursive: true })
    },
  }
}

/** sipp makes the file with the first line. */
function noneYet(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return ''
  throw error
}
