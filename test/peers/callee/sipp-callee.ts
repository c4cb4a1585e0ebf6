import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type SippOptions, startSipp } from '../sipp/run-sipp.ts'
import { readTrace, type TracedMessage } from './sip-trace.ts'

/** sipp as the phone at the end of a node's trunk. */
export interface SippCallee {
  /** Waits until it has had its calls. @returns every message it saw @throws with its error log when a call failed there */
  trace(): Promise<TracedMessage[]>
  /** Every message it saw so far, however its calls went there. */
  seen(): Promise<TracedMessage[]>
  stop(): Promise<void>
}

export type SippCalleeOptions = Omit<SippOptions, 'target'> & { readonly port: number; readonly mediaPort?: number }

/** Starts sipp on the port where the trunk leads. Its answers name its own media port when that is given. */
export async function startSippCallee(options: SippCalleeOptions): Promise<SippCallee> {
  const { mediaPort, more = [], scenario, ...rest } = options
  const folder = await mkdtemp(join(tmpdir(), 'yuyin-sipp-trace-'))
  const messages = join(folder, 'messages.log')
  const media = mediaPort === undefined ? [] : ['-mi', '127.0.0.1', '-mp', String(mediaPort)]
  const sipp = await startSipp({
    ...rest,
    scenario: mediaPort === undefined ? scenario : scenario.replace(/^m=audio \d+ /gm, 'm=audio [media_port] '),
    more: ['-trace_msg', '-message_file', messages, ...media, ...more],
  })
  return {
    async trace() {
      await sipp.finished()
      return readTrace(messages)
    },
    seen: () => readTrace(messages),
    async stop() {
      await sipp.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
