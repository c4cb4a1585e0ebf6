import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { hasCode } from '../lib/error-code.ts'
import type { ByteSpan, ObjectStore } from './object-store.ts'
import type { RecordingBook, StoredRecording } from './ports.ts'
import type { RecordingShelf } from './recording-shelf.ts'

/** Why the file of a recording that there is cannot be had here and now. */
export type Unreachable =
  /** It lies on the disk of another node. */
  | 'elsewhere'
  /** It is in an object store that this node has no keys of. */
  | 'noStore'
  /** It is not where it should be. */
  | 'lost'

/** The file of a recording, to be read. */
export interface RecordingFile {
  readonly recordingId: string
  readonly callId: string
  /** Of the whole file. */
  readonly bytes: number
  /** Wall milliseconds. */
  readonly endedAt: number
  /** @param span absent: all of it. @throws {ObjectStoreError} or the file system's error */
  read(span?: ByteSpan): Promise<Readable>
}

export interface FileDeskOptions {
  readonly book: Pick<RecordingBook, 'find'>
  readonly shelf: Pick<RecordingShelf, 'shelfId' | 'pathOf'>
  readonly store: Pick<ObjectStore, 'bucket' | 'read'> | undefined
}

/** Hands out files of recordings, from wherever they are kept. */
export class FileDesk {
  readonly #options: FileDeskOptions

  constructor(options: FileDeskOptions) {
    this.#options = options
  }

  /** @returns the file, why it cannot be had, or `undefined` when there is no such recording any more */
  async find(recordingId: string): Promise<RecordingFile | Unreachable | undefined> {
    const recording = await this.#options.book.find(recordingId)
    return recording && this.open(recording)
  }

  /** The file of a recording that was found already. */
  async open(recording: StoredRecording): Promise<RecordingFile | Unreachable> {
    const { recordingId, callId, bytes, endedAt, place } = recording
    const facts = { recordingId, callId, bytes, endedAt }
    return place.kind === 'disk' ? this.#onDisk(recording, facts) : this.#inStore(place, facts)
  }

  async #onDisk({ shelfId, file }: StoredRecording, facts: FileFacts): Promise<RecordingFile | Unreachable> {
    const { shelf } = this.#options
    if (shelfId !== shelf.shelfId) return 'elsewhere'
    const path = shelf.pathOf(file)
    const size = await sizeOf(path)
    if (size !== facts.bytes) return 'lost'
    return {
      ...facts,
      read: async (span) => createReadStream(path, span === undefined ? {} : { start: span.first, end: span.last }),
    }
  }

  #inStore({ bucket, key }: { bucket: string; key: string }, facts: FileFacts): RecordingFile | Unreachable {
    const { store } = this.#options
    if (store === undefined || store.bucket !== bucket) return 'noStore'
    return {
      ...facts,
      async read(span) {
        const content = await store.read(key, span)
        if (content === undefined) throw new FileLost(key)
        return content
      },
    }
  }
}

type FileFacts = Omit<RecordingFile, 'read'>

/** The object store does not have what it was given. */
export class FileLost extends Error {
  override readonly name = 'FileLost'

  constructor(key: string) {
    super(`the object store has no ${key} any more`)
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}
