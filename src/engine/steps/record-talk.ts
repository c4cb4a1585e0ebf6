import type { Call } from '../../domain/call/call.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { withPatience } from '../../lib/patience.ts'
import type { CallNews } from '../call-news.ts'
import type { Leg, LegRecording, RecordingShelf } from '../ports.ts'

/** What recording needs of its call. */
export interface RecordingTools {
  readonly call: Call
  readonly news: CallNews
  /** `undefined`: this node keeps no recordings. */
  readonly shelf: RecordingShelf | undefined
  readonly clock: Clock
  readonly log: Log
}

/** The end of a call waits so long for its file. A disk that hangs may not keep the call, and with it its lines. */
const closingPatienceMs = 5_000

/**
 * Records what both legs say, left the caller, right the callee, until it is told to end; then the file is complete and
 * `call.recorded` is told. A talk that cannot be recorded goes on without: the log says so. A file that is not closed
 * within five seconds is closed behind the call, and told of then.
 *
 * @returns how to end it
 */
export function recordTalk(caller: Leg, callee: Leg, tools: RecordingTools): () => Promise<void> {
  const recording = new TalkRecording(caller, callee, tools)
  return () => recording.end()
}

/** One recording, from the request for its file to the file's end. */
class TalkRecording {
  readonly #tools: RecordingTools
  readonly #begun: Promise<{ file: string; startedAt: number; writing: LegRecording | undefined } | undefined>
  #isOver = false

  constructor(caller: Leg, callee: Leg, tools: RecordingTools) {
    this.#tools = tools
    this.#begun = this.#begin(caller, callee).catch((error: unknown) => this.#failed(error))
  }

  async end(): Promise<void> {
    const { call, clock, log } = this.#tools
    this.#isOver = true
    const closed = this.#close(clock.now()).catch((error: unknown) => this.#failed(error))
    if ((await withPatience(clock, closingPatienceMs, closed)) === 'late') {
      log.error({ callId: call.callId }, 'the recording of a call is not closed in time: the call ends without it')
    }
  }

  async #begin(caller: Leg, callee: Leg) {
    const { call, shelf, clock } = this.#tools
    if (shelf === undefined) throw new Error('this node keeps no recordings')
    const file = await shelf.begin(call)
    const startedAt = clock.now()
    // The talk was over before there was a file: it stays empty, and whoever keeps recordings hears of it.
    const writing = this.#isOver ? undefined : await caller.record(file, callee)
    return { file, startedAt, writing }
  }

  /** @param endedAt wall milliseconds */
  async #close(endedAt: number): Promise<void> {
    const recording = await this.#begun
    if (recording === undefined) return
    const { file, startedAt, writing } = recording
    const { durationMs } = writing === undefined ? { durationMs: 0 } : await writing.stop()
    const { call, news } = this.#tools
    news.recorded({ call, file, startedAt: Math.min(startedAt, endedAt), endedAt, durationMs })
  }

  #failed(error: unknown): undefined {
    const { call, log } = this.#tools
    log.error({ callId: call.callId, err: error }, 'the talk is not recorded')
  }
}
