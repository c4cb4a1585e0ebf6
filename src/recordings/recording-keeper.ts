import type { Call } from '../domain/call/call.ts'
import type { EventBus } from '../events/event-bus.ts'
import type { EventMap } from '../events/event-map.ts'
import type { Clock, Timer } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { Turns } from '../lib/turns.ts'
import type { RecordingBook } from './ports.ts'
import { type RecordingShelf, recordingIdOf } from './recording-shelf.ts'
import { retryAt } from './upload-pauses.ts'

export interface RecordingKeeperOptions {
  readonly shelf: RecordingShelf
  readonly book: Pick<RecordingBook, 'add' | 'find'>
  /** This start of the node: notes of other starts are of calls that are over. */
  readonly nodeId: string
  /** Called when the book has another recording. */
  readonly onStored: () => void
  readonly bus: EventBus
  readonly clock: Clock
  readonly log: Log
}

/** A file of which nothing was heard when its call has been over for so long is closed as it is. */
export const silenceMs = 30_000

/** Recordings that are closed and stored at once: a node may find thousands that its last start left. */
export const storedAtOnce = 4

/** A file on the shelf whose call is over. Times are wall milliseconds. */
interface Ended {
  readonly call: Pick<Call, 'callId' | 'accountId' | 'outId'>
  readonly file: string
  readonly startedAt: number
  /** Absent: as long after the start as the file is. */
  readonly endedAt?: number
}

/**
 * From the file of a call to the book of recordings, whatever happens: what the engine closed, what a dead media
 * process left, and what the node's last start was still writing. The store may be away for as long as it likes. A
 * recording is known by the name of its file, so that it is stored once.
 */
export class RecordingKeeper {
  readonly #options: RecordingKeeperOptions
  /** Files that were asked for and are not in hand yet, by call. */
  readonly #open = new Map<string, { file: string; begunAt: number }>()
  readonly #silences = new Map<string, Timer>()
  readonly #inHand = new Set<Promise<void>>()
  readonly #pauses = new Set<{ timer: Timer; end: () => void }>()
  /** Held while a recording is stored, not while it waits for its next try: a broken one holds up nobody. */
  readonly #turns = new Turns(storedAtOnce, Number.POSITIVE_INFINITY)
  #isClosing = false

  constructor(options: RecordingKeeperOptions) {
    this.#options = options
  }

  /** Takes in what earlier starts of the node left on the shelf, and begins to listen. Before the first call. */
  async start(): Promise<void> {
    const { shelf, nodeId, bus, log } = this.#options
    for (const { note, file } of await shelf.notes()) {
      if (note === undefined) log.error({ file }, 'a recording is left where it is: its note cannot be understood')
      if (note === undefined || note.nodeId === nodeId) continue
      log.warn({ callId: note.callId, recordingId: note.recordingId }, 'a recording of an earlier start is taken in')
      this.#takeIn({ call: note, file, startedAt: note.begunAt })
    }
    bus.on('call.recorded', this.#onRecorded)
    bus.on('call.ended', this.#onEnded)
  }

  /**
   * Where the recording of a call is to be written, an absolute path.
   *
   * @throws {RecordingRefused} when the disk is too full: whoever asks says so in the log, and the call goes on without
   */
  async begin(call: Call): Promise<string> {
    const { shelf, clock } = this.#options
    const path = await shelf.begin(call)
    const file = shelf.fileOf(path)
    if (file !== undefined) this.#open.set(call.callId, { file, begunAt: clock.now() })
    return path
  }

  /**
   * Stops listening and waits until what was heard is stored, no longer than `patienceMs`: what is not has its note,
   * and the next start finds it.
   */
  async close(patienceMs: number): Promise<void> {
    const { bus, clock, log } = this.#options
    bus.off('call.recorded', this.#onRecorded)
    bus.off('call.ended', this.#onEnded)
    for (const timer of this.#silences.values()) timer.cancel()
    this.#silences.clear()
    let impatience: Timer | undefined
    const late = new Promise<void>((resolve) => {
      impatience = clock.after(patienceMs, resolve)
    })
    await Promise.race([this.drained(), late])
    impatience?.cancel()
    this.#isClosing = true
    for (const { timer, end } of this.#pauses) {
      timer.cancel()
      end()
    }
    if (this.#inHand.size > 0) {
      log.error({ recordings: this.#inHand.size }, 'the store is away: recordings are taken in by the next start')
    }
  }

  /** Resolves when every recording heard of so far is stored. */
  async drained(): Promise<void> {
    await Promise.all(this.#inHand)
  }

  readonly #onRecorded = ({ call, file: path, startedAt, endedAt }: EventMap['call.recorded'][0]) => {
    const file = this.#options.shelf.fileOf(path)
    if (file === undefined) {
      this.#options.log.error({ callId: call.callId }, 'a recording is not where it should be')
      return
    }
    this.#forget(call.callId)
    this.#takeIn({ call, file, startedAt, endedAt })
  }

  /** `call.recorded` usually comes first, and shortly after when it does not: unless the media process died. */
  readonly #onEnded = ({ call }: EventMap['call.ended'][0]) => {
    const open = this.#open.get(call.callId)
    if (open === undefined) return
    const timer = this.#options.clock.after(silenceMs, () => {
      this.#forget(call.callId)
      this.#options.log.warn({ callId: call.callId }, 'nobody closed the recording of a call: it is taken in as it is')
      this.#takeIn({ call, file: open.file, startedAt: open.begunAt })
    })
    this.#silences.set(call.callId, timer)
  }

  #forget(callId: string): void {
    this.#open.delete(callId)
    this.#silences.get(callId)?.cancel()
    this.#silences.delete(callId)
  }

  #takeIn(ended: Ended): void {
    const work = this.#untilStored(ended).finally(() => this.#inHand.delete(work))
    this.#inHand.add(work)
  }

  async #untilStored(ended: Ended): Promise<void> {
    const { clock, log } = this.#options
    for (let failures = 1; !this.#isClosing; failures++) {
      try {
        await this.#turns.take(async () => (this.#isClosing ? undefined : this.#store(ended)))
        return
      } catch (error) {
        const fields = { callId: ended.call.callId, recordingId: recordingIdOf(ended.file), failures }
        log.error({ ...fields, err: error }, 'a recording could not be stored, trying again')
        // The next start does.
        if (this.#isClosing) return
        await this.#pause(retryAt(failures, clock.now()) - clock.now())
      }
    }
  }

  async #store({ call, file, startedAt, endedAt }: Ended): Promise<void> {
    const { shelf, book, onStored, log } = this.#options
    const { callId, accountId, outId } = call
    const recordingId = recordingIdOf(file)
    const closed = await shelf.close(file)
    if (closed === undefined) {
      // It may be in the object store already: the note was all that a crash had left.
      if ((await book.find(recordingId)) === undefined) log.info({ callId, recordingId }, 'nothing was recorded')
      await shelf.remove(file)
      return
    }
    const { bytes, durationMs } = closed
    const times = { startedAt, endedAt: endedAt ?? startedAt + Math.round(durationMs), durationMs }
    await book.add({ recordingId, accountId, callId, outId, ...times, bytes, shelfId: shelf.shelfId, file })
    await shelf.settle(file)
    onStored()
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        this.#pauses.delete(pause)
        resolve()
      }
      const pause = { timer: this.#options.clock.after(ms, end), end }
      this.#pauses.add(pause)
    })
  }
}
