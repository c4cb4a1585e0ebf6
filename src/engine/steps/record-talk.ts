import type { Call } from '../../domain/call/call.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { CallNews } from '../call-news.ts'
import type { Leg, RecordingShelf } from '../ports.ts'

/** What recording needs of its call. */
export interface RecordingTools {
  readonly call: Call
  readonly news: CallNews
  /** `undefined`: this node keeps no recordings. */
  readonly shelf: RecordingShelf | undefined
  readonly clock: Clock
  readonly log: Log
}

/**
 * Records what both legs say, left the caller, right the callee, until it is told to end; then the file is complete and
 * `call.recorded` is told. A talk that cannot be recorded goes on without: the log says so.
 *
 * @returns how to end it
 */
export function recordTalk(caller: Leg, callee: Leg, tools: RecordingTools): () => Promise<void> {
  const { call, news, clock } = tools
  const begun = begin(caller, callee, tools).catch((error: unknown) => failed(error, tools))
  return async () => {
    const recording = await begun
    if (recording === undefined) return
    try {
      const { durationMs } = await recording.writing.stop()
      const { file, startedAt } = recording
      news.recorded({ call, file, startedAt, endedAt: clock.now(), durationMs })
    } catch (error) {
      failed(error, tools)
    }
  }
}

async function begin(caller: Leg, callee: Leg, { call, shelf, clock }: RecordingTools) {
  if (shelf === undefined) throw new Error('this node keeps no recordings')
  const file = await shelf.begin(call)
  const writing = await caller.record(file, callee)
  return { file, writing, startedAt: clock.now() }
}

function failed(error: unknown, { call, log }: RecordingTools): undefined {
  log.error({ callId: call.callId, err: error }, 'the talk is not recorded')
}
