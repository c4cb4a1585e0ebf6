import type { Receipt } from '../domain/receipt/receipt.ts'
import { queueName } from '../domain/receipt/receipt.ts'
import type { EventBus } from '../events/event-bus.ts'
import type { CallEnded, EventMap } from '../events/event-map.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { pause, withPatience } from '../lib/patience.ts'
import { voiceCallReport } from '../receipts/compose/voice-call-report.ts'
import { finalReceipts } from '../receipts/compose.ts'
import type { ReceiptOutbox } from '../receipts/ports.ts'
import type { CallRecord } from './call-record.ts'
import { recordOf } from './record-of.ts'

/** What the keeper works with. */
export interface RecordKeeperOptions {
  readonly bus: EventBus
  readonly outbox: ReceiptOutbox
  readonly clock: Clock
  readonly log: Log
  /** How many receipts and records may wait for the store before `isBehind()` says so. */
  readonly behindAt?: number
}

/** What one call still has to put on disk. Intermediate reports come before the end. */
interface Story {
  readonly callId: string
  readonly reports: Receipt[]
  end: CallRecord | undefined
}

const firstPauseMs = 100
const longestPauseMs = 5_000

/**
 * Listens to what happens to calls and puts it on disk: a VoiceCallReport for each state on the way, then the record
 * with its receipts in one transaction. The store may fail for as long as it likes: everything waits in memory, in the
 * order of each call, and is tried again. Calls do not wait for each other, so that the store can share commits.
 *
 * What is lost when the process dies here is found again: the store knows which calls have no record.
 */
export class RecordKeeper {
  readonly #bus: EventBus
  readonly #outbox: ReceiptOutbox
  readonly #clock: Clock
  readonly #log: Log
  readonly #behindAt: number
  readonly #stories = new Map<string, Story>()
  #waiting = 0
  #isGivenUp = false
  #whenDrained: (() => void)[] = []

  constructor(options: RecordKeeperOptions) {
    this.#bus = options.bus
    this.#outbox = options.outbox
    this.#clock = options.clock
    this.#log = options.log
    this.#behindAt = options.behindAt ?? 2_000
  }

  /** Begins to listen. Before the engine places its first call. */
  start(): void {
    this.#bus.on('call.dialling', this.#onDialling)
    this.#bus.on('call.ringing', this.#onRinging)
    this.#bus.on('call.answered', this.#onAnswered)
    this.#bus.on('call.calleeRinging', this.#onCalleeRinging)
    this.#bus.on('call.calleeAnswered', this.#onCalleeAnswered)
    this.#bus.on('call.keyPressed', this.#onKeyPressed)
    this.#bus.on('call.ended', this.#onEnded)
  }

  /**
   * Stops listening, and waits until what was heard is on disk: no longer than `patienceMs`, since a store that is away
   * must not keep the process. Calls without a record are closed by the next node as those of a dead one.
   */
  async close(patienceMs: number): Promise<void> {
    this.#bus.off('call.dialling', this.#onDialling)
    this.#bus.off('call.ringing', this.#onRinging)
    this.#bus.off('call.answered', this.#onAnswered)
    this.#bus.off('call.calleeRinging', this.#onCalleeRinging)
    this.#bus.off('call.calleeAnswered', this.#onCalleeAnswered)
    this.#bus.off('call.keyPressed', this.#onKeyPressed)
    this.#bus.off('call.ended', this.#onEnded)
    await withPatience(this.#clock, patienceMs, this.drained())
    this.#isGivenUp = true
    if (this.#waiting > 0) this.#log.error({ waiting: this.#waiting }, 'the store is away: records were not written')
  }

  /** Whether the store does not keep up: no new call should be dialled until it does. */
  isBehind(): boolean {
    return this.#waiting >= this.#behindAt
  }

  /** Receipts and records that are not on disk yet: for /metrics. */
  get waiting(): number {
    return this.#waiting
  }

  /** Resolves as soon as everything heard so far is on disk; at once when it is. */
  drained(): Promise<void> {
    if (this.#stories.size === 0) return Promise.resolve()
    return new Promise((resolve) => this.#whenDrained.push(resolve))
  }

  readonly #onDialling = ({ call, at }: EventMap['call.dialling'][0]) =>
    this.#report(voiceCallReport(call, 'dialling', at))
  readonly #onRinging = ({ call, at }: EventMap['call.ringing'][0]) =>
    this.#report(voiceCallReport(call, 'ringing', at))
  readonly #onAnswered = ({ call, at }: EventMap['call.answered'][0]) =>
    this.#report(voiceCallReport(call, 'answered', at))
  readonly #onCalleeRinging = ({ call, at }: EventMap['call.calleeRinging'][0]) =>
    this.#report(voiceCallReport(call, 'calleeRinging', at))
  readonly #onCalleeAnswered = ({ call, at }: EventMap['call.calleeAnswered'][0]) =>
    this.#report(voiceCallReport(call, 'bothConnected', at))

  readonly #onKeyPressed = ({ call, key, at }: EventMap['call.keyPressed'][0]) =>
    this.#report(voiceCallReport(call, 'keyPressed', at, { keys: key, smartStatus: 'ANSWERED' }))

  readonly #onEnded = (ended: CallEnded) => {
    this.#tell(ended.call.callId, (story) => {
      // A call has one end; a second one would be dropped by the store.
      if (story.end !== undefined) return
      this.#waiting++
      story.end = recordOf(ended)
    })
  }

  #report(receipt: Receipt): void {
    this.#waiting++
    this.#tell(receipt.callId, (story) => story.reports.push(receipt))
  }

  /** Adds to a call's story; the first word of a story starts its writing. */
  #tell(callId: string, add: (story: Story) => void): void {
    const known = this.#stories.get(callId)
    const story = known ?? { callId, reports: [], end: undefined }
    add(story)
    if (known !== undefined) return
    this.#stories.set(callId, story)
    void this.#write(story)
  }

  async #write(story: Story): Promise<void> {
    for (let failures = 0; story.reports.length > 0 || story.end !== undefined; ) {
      const { reports, end } = { reports: story.reports.slice(), end: story.end }
      const last = end === undefined ? [] : this.#lastReceipts(end)
      if (last === undefined) {
        this.#forget(story, 0, true)
        continue
      }
      const receipts = [...reports, ...last]
      try {
        await (end === undefined ? this.#outbox.report(receipts) : this.#outbox.finish(end, receipts))
      } catch (error) {
        this.#logFailure(story, ++failures, error)
        await pause(this.#clock, Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failures - 1, 10)))
        if (this.#isGivenUp) return
        continue // with what was heard meanwhile
      }
      failures = 0
      this.#forget(story, reports.length, end !== undefined)
      this.#announce(receipts)
    }
    this.#stories.delete(story.callId)
    if (this.#stories.size > 0) return
    for (const resolve of this.#whenDrained.splice(0)) resolve()
  }

  /** `undefined`: a bug. That call stays without a record, which must not end the node and with it all others. */
  #lastReceipts(end: CallRecord): Receipt[] | undefined {
    try {
      return finalReceipts(end)
    } catch (error) {
      this.#log.error({ callId: end.callId, err: error }, 'the receipts of a call cannot be written: it has no record')
      return undefined
    }
  }

  /** Drops from the story what is on disk. */
  #forget(story: Story, reports: number, ended: boolean): void {
    story.reports.splice(0, reports)
    if (ended) story.end = undefined
    this.#waiting -= reports + (ended ? 1 : 0)
  }

  #announce(receipts: readonly Receipt[]): void {
    const queues = new Set(receipts.map((one) => queueName(one.accountId, one.messageType)))
    this.#bus.emit('receipts.queued', { queues: [...queues] })
  }

  /** One line for the 1st, 2nd, 4th, 8th… failure of a call: never silent, and no flood while the store is away. */
  #logFailure(story: Story, failures: number, error: unknown): void {
    if ((failures & (failures - 1)) !== 0) return
    const what = story.end === undefined ? 'reports' : 'record'
    this.#log.error({ callId: story.callId, what, failures, err: error }, 'the store refused, trying again')
  }
}
