import type { SmartStatusCode } from '../domain/call/call-outcome.ts'
import type { Receipt } from '../domain/receipt/receipt.ts'

/** Where the file of a recording is. */
export type RecordingPlace =
  /** On the disk of the node that wrote it. */
  | { readonly kind: 'disk' }
  /** In the object store. */
  | { readonly kind: 'objects'; readonly bucket: string; readonly key: string }

/**
 * `waiting`: not told of yet, because it is to be uploaded or its call has no record; `ready`: told of and to be
 * fetched; `removed`: gone for everybody, and its file is about to go.
 */
export type RecordingState = 'waiting' | 'ready' | 'removed'

/** The recording of a call, closed. Times are wall milliseconds. */
export interface Recording {
  /** 40 hex digits, drawn at random. */
  readonly recordingId: string
  readonly accountId: string
  readonly callId: string
  /** OutId of the call's request, empty when absent. */
  readonly outId: string
  readonly startedAt: number
  readonly endedAt: number
  readonly durationMs: number
  /** Size of the file. */
  readonly bytes: number
  /** The shelf (`RecordingShelf.shelfId`) on whose disk it was written. */
  readonly shelfId: string
  /** Below the folder of that shelf: `2024-01-02/….wav`. */
  readonly file: string
}

/** A recording as the store has it. */
export interface StoredRecording extends Recording {
  /** In the order of storing. */
  readonly id: number
  readonly place: RecordingPlace
  readonly state: RecordingState
  /** Attempts that failed, of what is to be done with it next. */
  readonly attempts: number
}

/** A recording that is to be uploaded, or told of. */
export interface DueRecording extends StoredRecording {
  /** How its call ended; absent while the call has no record. */
  readonly callEnd: { readonly statusCode: string; readonly smartStatus: SmartStatusCode } | undefined
}

/** What recordings ask of the store. */
export interface RecordingBook {
  /** Stores a recording as `waiting`, on disk. One that is there already stays as it is. */
  add(recording: Recording): Promise<void>
  /**
   * Those of a shelf that are due, the oldest first. One that is not to be uploaded comes once its call has a record,
   * or after `recordPatienceMs` without one.
   *
   * @param wanted.uploads whether there is an object store, so that what is on the disk is due by itself
   */
  due(shelfId: string, wanted: { readonly uploads: boolean; readonly limit: number }): Promise<DueRecording[]>
  /** It is in the object store from now on. @returns `false` when it was removed meanwhile: nothing has changed then */
  moved(recordingId: string, place: { readonly bucket: string; readonly key: string }): Promise<boolean>
  /**
   * In one transaction: it is `ready`, and its receipt is in the queue and the push outbox. Without effect unless it was
   * waiting, so that it may be repeated. @returns whether it was this time
   */
  tell(recordingId: string, receipt: Receipt): Promise<boolean>
  /** An attempt failed: it is due again at `retryAt`, wall milliseconds. */
  postpone(recordingId: string, retryAt: number): Promise<void>
  /** What waits on a shelf: for /metrics. */
  waiting(shelfId: string): Promise<{ readonly recordings: number; readonly bytes: number }>
  /** Unless it was removed. */
  find(recordingId: string): Promise<StoredRecording | undefined>
  /** Removes those that were stored before, and are ready. @returns how many */
  expire(storedBefore: number): Promise<number>
  /** Those removed whose file can be deleted by a node: on its own disk, or in the object store when it has one. */
  removed(shelfId: string, wanted: { readonly objects: boolean; readonly limit: number }): Promise<StoredRecording[]>
  /** The file of a removed one is gone. */
  forget(recordingId: string): Promise<void>
}

/** Recordings as they are administered. An account sees its own only. */
export interface RecordingAdmin {
  /** Newest first, without removed ones. `before` is the `id` that the page before ended with. */
  list(
    accountId: string,
    filter: { readonly callId?: string },
    page: { readonly limit: number; readonly before?: number },
  ): Promise<StoredRecording[]>
  find(accountId: string, recordingId: string): Promise<StoredRecording | undefined>
  /** From now on nobody can fetch it; its file goes within the minute. @returns whether there was one */
  remove(accountId: string, recordingId: string): Promise<boolean>
}

/** How long the receipt of a recording waits for the record of its call. */
export const recordPatienceMs = 10 * 60_000

/** What proves that a URL was made here: HMAC-SHA256 under a key that all nodes with the key file share. */
export interface LinkProof {
  /** @returns 32 bytes */
  proof(text: string): Buffer
}
