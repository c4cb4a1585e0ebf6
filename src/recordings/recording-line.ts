import { queueName } from '../domain/receipt/receipt.ts'
import type { EventBus } from '../events/event-bus.ts'
import type { Clock, Timer } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { voiceRecordReport } from '../receipts/compose/voice-record-report.ts'
import type { ObjectStore } from './object-store.ts'
import type { DueRecording, RecordingBook, StoredRecording } from './ports.ts'
import { type RecordingShelf, recordingIdOf } from './recording-shelf.ts'
import { retryAt } from './upload-pauses.ts'

export interface RecordingLineOptions {
  readonly book: RecordingBook
  readonly shelf: RecordingShelf
  /** Where files go from the disk; absent: they stay there. */
  readonly objects: { readonly store: Objects; readonly prefix: string } | undefined
  /** How long recordings are kept, milliseconds; `undefined`: for ever. */
  readonly keepMs: number | undefined
  readonly bus: EventBus
  readonly clock: Clock
  readonly log: Log
}

/** What the line asks of an object store. */
export type Objects = Pick<ObjectStore, 'bucket' | 'put' | 'remove'>

const roundMs = 5_000
/** Between two rounds, however often there may be something to do. */
const breathMs = 200
/** Recordings in hand at once. */
const width = 4
/** `status_code` of a recording whose call never got a record. */
const endUnknown = '999999'

/**
 * What happens with stored recordings of this node's shelf: each is uploaded when there is an object store, then told of
 * in a VoiceRecordReport; those removed, or older than they are kept, are deleted. Every step is in the store, so
 * that a new start of the node goes on where the last one ended.
 */
export class RecordingLine {
  readonly #options: RecordingLineOptions
  readonly #stop = new AbortController()
  #timer: Timer | undefined
  #running: Promise<void> | undefined
  #urlOf = (recordingId: string): string => recordingId
  #isStarted = false
  #isAsked = false
  #notBefore = 0
  #hasSwept = false
  #waiting = { recordings: 0, bytes: 0 }
  #uploadedBytes = 0
  #failures = 0

  constructor(options: RecordingLineOptions) {
    this.#options = options
  }

  /**
   * Begins, and looks every five seconds. The record of a call may make its recording due at once.
   *
   * @param urlOf the URL under which a recording can be fetched for seven days from now
   */
  start(urlOf: (recordingId: string) => string): void {
    this.#urlOf = urlOf
    this.#isStarted = true
    this.#options.bus.on('receipts.queued', this.#onReceipts)
    this.wake()
  }

  /** There may be something to do. Before the start it waits for that. */
  wake(): void {
    this.#isAsked = true
    if (this.#isStarted && this.#running === undefined) this.#plan(this.#notBefore - this.#options.clock.monotonicMs())
  }

  /** Stops; an upload under way is broken off and made again by the next start. */
  async close(): Promise<void> {
    this.#options.bus.off('receipts.queued', this.#onReceipts)
    this.#stop.abort(new Error('the node stops'))
    this.#timer?.cancel()
    await this.#running
  }

  /** For /metrics: what waits on this node (as of the last look), and what was done since the start. */
  describe(): { readonly waiting: number; readonly waitingBytes: number; uploadedBytes: number; failures: number } {
    const { recordings, bytes } = this.#waiting
    return {
      waiting: recordings,
      waitingBytes: bytes,
      uploadedBytes: this.#uploadedBytes,
      failures: this.#failures,
    }
  }

  readonly #onReceipts = () => {
    if (this.#waiting.recordings > 0) this.wake()
  }

  #plan(afterMs: number): void {
    this.#timer?.cancel()
    if (this.#stop.signal.aborted) return
    this.#timer = this.#options.clock.after(Math.max(0, afterMs), () => {
      this.#running = this.#run()
    })
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#options
    this.#isAsked = false
    await this.#round().catch((error: unknown) => {
      log.warn({ error: String(error) }, 'recordings could not be looked after, trying again')
    })
    this.#running = undefined
    this.#notBefore = clock.monotonicMs() + breathMs
    this.#plan(this.#isAsked ? breathMs : roundMs)
  }

  async #round(): Promise<void> {
    const { book, shelf, objects, keepMs, clock } = this.#options
    this.#waiting = await book.waiting(shelf.shelfId)
    const uploads = objects !== undefined
    if (uploads && !this.#hasSwept) await this.#sweep()
    await this.#each(
      () => book.due(shelf.shelfId, { uploads, limit: width }),
      (recording) => this.#bringOn(recording),
    )
    if (keepMs !== undefined) await book.expire(clock.now() - keepMs)
    await this.#each(
      () => book.removed(shelf.shelfId, { objects: uploads, limit: width }),
      (recording) => this.#delete(recording),
    )
    this.#waiting = await book.waiting(shelf.shelfId)
  }

  /** Once: files that an earlier start uploaded, and did not come to delete. */
  async #sweep(): Promise<void> {
    const { book, shelf } = this.#options
    for (const file of await shelf.files()) {
      const known = await book.find(recordingIdOf(file))
      if (known?.place.kind === 'objects') await shelf.remove(file)
    }
    this.#hasSwept = true
  }

  /**
   * Works on what there is until there is nothing more. What fails is due later, so this comes to an end.
   *
   * @throws the store's error, when nothing is under way any more
   */
  async #each<R extends StoredRecording>(take: () => Promise<R[]>, work: (one: R) => Promise<void>): Promise<void> {
    for (let taken = await take(); taken.length > 0 && !this.#stop.signal.aborted; taken = await take()) {
      const works = taken.map((one) => work(one).catch((error: unknown) => this.#later(one, error)))
      const failed = (await Promise.allSettled(works)).find((end) => end.status === 'rejected')
      if (failed !== undefined) throw failed.reason
    }
  }

  async #later({ recordingId, callId, attempts }: StoredRecording, error: unknown): Promise<void> {
    const { book, clock, log } = this.#options
    const fields = { recordingId, callId, failures: attempts + 1, error: String(error) }
    if (this.#stop.signal.aborted) {
      log.info(fields, 'a recording is left to the next start of the node')
      return
    }
    this.#failures++
    const dueAt = retryAt(attempts + 1, clock.now())
    log.error({ ...fields, seconds: Math.round((dueAt - clock.now()) / 1000) }, 'a recording has to be tried again')
    await book.postpone(recordingId, dueAt)
  }

  async #bringOn(recording: DueRecording): Promise<void> {
    const { book, objects } = this.#options
    if (objects !== undefined && recording.place.kind === 'disk') {
      await this.#upload(recording, objects.store, keyOf(recording, objects.prefix))
      return
    }
    const { statusCode, smartStatus } = recording.callEnd ?? { statusCode: endUnknown, smartStatus: undefined }
    const receipt = voiceRecordReport(recording, {
      startedAt: recording.startedAt,
      endedAt: recording.endedAt,
      durationSeconds: Math.ceil(recording.durationMs / 1000),
      statusCode,
      ...(smartStatus !== undefined && { smartStatus }),
      url: this.#urlOf(recording.recordingId),
    })
    if (!(await book.tell(recording.recordingId, receipt))) return
    this.#options.log.info(idsOf(recording), 'a recording can be fetched')
    this.#options.bus.emit('receipts.queued', { queues: [queueName(receipt.accountId, receipt.messageType)] })
  }

  /** It is in the store for certain, then in the book, then off the disk: whatever dies between, nothing is lost. */
  async #upload(recording: DueRecording, store: Objects, key: string): Promise<void> {
    const { book, shelf, log } = this.#options
    const { recordingId, bytes, file } = recording
    await store.put(key, { path: shelf.pathOf(file), bytes }, this.#stop.signal)
    this.#uploadedBytes += bytes
    if (!(await book.moved(recordingId, { bucket: store.bucket, key }))) await store.remove(key)
    else await shelf.remove(file)
    log.info({ ...idsOf(recording), bytes }, 'a recording is in the object store')
  }

  async #delete(recording: StoredRecording): Promise<void> {
    const { book, shelf, objects } = this.#options
    const { place } = recording
    if (place.kind === 'disk') {
      await shelf.remove(recording.file)
      // A node that died after the upload of a removed one, or a store that was away then, left it there too.
      await objects?.store.remove(keyOf(recording, objects.prefix))
    } else if (objects?.store.bucket === place.bucket) await objects.store.remove(place.key)
    else throw new Error(`it is in bucket ${place.bucket}, and these settings lead to another one`)
    await book.forget(recording.recordingId)
    this.#options.log.info(idsOf(recording), 'a recording is deleted')
  }
}

/** Where it goes in the object store. */
function keyOf({ accountId, file }: StoredRecording, prefix: string): string {
  return `${prefix}${accountId}/${file}`
}

function idsOf({ recordingId, callId, accountId }: StoredRecording) {
  return { recordingId, callId, accountId }
}
