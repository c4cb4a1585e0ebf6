import type { Receipt } from '../src/domain/receipt/receipt.ts'
import type { Clock } from '../src/lib/clock.ts'
import { type DueRecording, type Recording, type RecordingBook, recordPatienceMs } from '../src/recordings/ports.ts'

interface Row {
  recording: DueRecording
  storedAt: number
  dueAt: number
}

/** The book of recordings in memory, with the promises of the real store except to survive. */
export class MemoryRecordings implements RecordingBook {
  /** Receipts in the order in which they were queued. */
  readonly receipts: Receipt[] = []
  readonly #rows = new Map<string, Row>()
  readonly #clock: Clock
  /** Calls that have a record. */
  readonly #ended = new Set<string>()
  #failures = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Makes the next `count` uses fail. */
  failNext(count: number): void {
    this.#failures = count
  }

  /** The call has its record from now on. */
  endCall(callId: string): void {
    this.#ended.add(callId)
  }

  all(): DueRecording[] {
    return [...this.#rows.values()].map(({ recording }) => recording)
  }

  /** As an administrator does. */
  remove(recordingId: string): void {
    this.#change(recordingId, { state: 'removed', attempts: 0 })
    this.#dueAt(recordingId, this.#clock.now())
  }

  async add(recording: Recording): Promise<void> {
    this.#mayFail()
    if (this.#rows.has(recording.recordingId)) return
    const facts = { place: { kind: 'disk' }, state: 'waiting', attempts: 0, callEnd: undefined } as const
    const now = this.#clock.now()
    const id = this.#rows.size + 1
    this.#rows.set(recording.recordingId, { recording: { ...recording, id, ...facts }, storedAt: now, dueAt: now })
  }

  async due(shelfId: string, { uploads, limit }: { uploads: boolean; limit: number }): Promise<DueRecording[]> {
    this.#mayFail()
    const now = this.#clock.now()
    const due = [...this.#rows.values()].filter(({ recording, storedAt, dueAt }) => {
      const isToUpload = uploads && recording.place.kind === 'disk'
      const isToTell = this.#ended.has(recording.callId) || storedAt < now - recordPatienceMs
      const isOurs = recording.shelfId === shelfId && recording.state === 'waiting'
      return isOurs && dueAt <= now && (isToUpload || isToTell)
    })
    return due.slice(0, limit).map(({ recording }) => ({
      ...recording,
      callEnd: this.#ended.has(recording.callId) ? { statusCode: '200000', smartStatus: 'ANSWERED' } : undefined,
    }))
  }

  async moved(recordingId: string, place: { bucket: string; key: string }): Promise<boolean> {
    this.#mayFail()
    if (this.#rows.get(recordingId)?.recording.state === 'removed') return false
    this.#change(recordingId, { place: { kind: 'objects', ...place }, attempts: 0 })
    return true
  }

  async tell(recordingId: string, receipt: Receipt): Promise<boolean> {
    this.#mayFail()
    if (this.#rows.get(recordingId)?.recording.state !== 'waiting') return false
    this.#change(recordingId, { state: 'ready', attempts: 0 })
    this.receipts.push(receipt)
    return true
  }

  async postpone(recordingId: string, retryAt: number): Promise<void> {
    this.#mayFail()
    this.#change(recordingId, { attempts: (this.#rows.get(recordingId)?.recording.attempts ?? 0) + 1 })
    this.#dueAt(recordingId, retryAt)
  }

  async waiting(shelfId: string): Promise<{ recordings: number; bytes: number }> {
    this.#mayFail()
    const waiting = this.all().filter((one) => one.shelfId === shelfId && one.state === 'waiting')
    return { recordings: waiting.length, bytes: waiting.reduce((sum, { bytes }) => sum + bytes, 0) }
  }

  async find(recordingId: string): Promise<DueRecording | undefined> {
    this.#mayFail()
    const found = this.#rows.get(recordingId)?.recording
    return found?.state === 'removed' ? undefined : found
  }

  async expire(storedBefore: number): Promise<number> {
    const old = [...this.#rows.values()].filter(
      ({ recording, storedAt }) => recording.state === 'ready' && storedAt < storedBefore,
    )
    for (const { recording } of old) this.remove(recording.recordingId)
    return old.length
  }

  async removed(shelfId: string, { objects, limit }: { objects: boolean; limit: number }): Promise<DueRecording[]> {
    const now = this.#clock.now()
    return [...this.#rows.values()]
      .filter(({ recording, dueAt }) => recording.state === 'removed' && dueAt <= now)
      .map(({ recording }) => recording)
      .filter(({ place, shelfId: of }) => (place.kind === 'disk' ? of === shelfId : objects))
      .slice(0, limit)
  }

  async forget(recordingId: string): Promise<void> {
    this.#rows.delete(recordingId)
  }

  #change(recordingId: string, changes: Partial<DueRecording>): void {
    const row = this.#rows.get(recordingId)
    if (row !== undefined) row.recording = { ...row.recording, ...changes }
  }

  #dueAt(recordingId: string, dueAt: number): void {
    const row = this.#rows.get(recordingId)
    if (row !== undefined) row.dueAt = dueAt
  }

  #mayFail(): void {
    if (this.#failures > 0) {
      this.#failures--
      throw new Error('the store is away')
    }
  }
}
