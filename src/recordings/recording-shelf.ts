import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, readFile, rm, rmdir, statfs } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'
import type { Call } from '../domain/call/call.ts'
import { chinaDay } from '../lib/china-time.ts'
import type { Clock } from '../lib/clock.ts'
import { hasCode } from '../lib/error-code.ts'
import { syncFolder } from '../lib/sync-folder.ts'
import { Turns } from '../lib/turns.ts'
import { type CallNote, readNotes, removeNote, writeNote } from './call-note.ts'
import { type ClosedWav, closeWav } from './closed-wav.ts'
import { isRecordingId } from './file-link.ts'
import { writeWhole } from './whole-file.ts'

/** This node does not record now. The message says why; the call goes on. */
export class RecordingRefused extends Error {
  override readonly name = 'RecordingRefused'
}

export interface ShelfOptions {
  /** `<data>/recordings`; made when missing, for its owner only. */
  readonly folder: string
  /** This start of the node (`Store.nodeId`). */
  readonly nodeId: string
  /** Nothing is begun when the disk has less room than this, bytes. */
  readonly leastFreeBytes: number
  readonly clock: Clock
  /** Room on the disk of a folder, bytes. */
  readonly freeBytes?: (folder: string) => Promise<number>
}

const folderMode = 0o700
const fileMode = 0o600
const dayPattern = /^\d{4}-\d{2}-\d{2}$/

/**
 * The recordings on the disk of this node: a folder for each day (China time), in it a WAV file for each call under a
 * name drawn at random, and beside it a note while the store does not have it. One node serves from a data folder, so
 * what lies here is its own.
 */
export class RecordingShelf {
  /** Tells this disk from those of other nodes; stays the same for as long as the folder does. */
  readonly shelfId: string
  readonly #options: ShelfOptions
  /** Folders into which somebody is about to put a file, as often as somebody is. */
  readonly #held: string[] = []
  /** Folders are taken away one after the other, and none is held while one is. */
  readonly #emptying = new Turns(1, Number.POSITIVE_INFINITY)

  private constructor(options: ShelfOptions, shelfId: string) {
    this.#options = options
    this.shelfId = shelfId
  }

  /** @throws the file system's error */
  static async open(options: ShelfOptions): Promise<RecordingShelf> {
    await mkdir(options.folder, { recursive: true, mode: folderMode })
    return new RecordingShelf(options, await shelfIdOf(options.folder))
  }

  /**
   * Where the recording of a call is to be written: an empty file that exists, for its owner only.
   *
   * @returns its path
   * @throws {RecordingRefused} when the disk is too full
   */
  async begin(call: Pick<Call, 'callId' | 'accountId' | 'outId'>): Promise<string> {
    const { folder, nodeId, clock, leastFreeBytes, freeBytes = roomOn } = this.#options
    const free = await freeBytes(folder)
    if (free < leastFreeBytes) {
      throw new RecordingRefused(
        `the disk has ${megabytes(free)} MB left, and ${megabytes(leastFreeBytes)} MB stay free`,
      )
    }
    const recordingId = randomBytes(20).toString('hex')
    const begunAt = clock.now()
    const day = join(folder, chinaDay(begunAt))
    const { accountId, callId, outId } = call
    await this.#holding(day, async () => {
      const made = await mkdir(day, { recursive: true, mode: folderMode })
      if (made !== undefined) await syncFolder(folder)
      await writeNote(day, { recordingId, nodeId, accountId, callId, outId, begunAt })
    })
    const path = join(day, `${recordingId}.wav`)
    const file = await open(path, 'wx', fileMode)
    await file.close()
    return path
  }

  /** Closes a file of this shelf: it outlives a power failure from now on. @returns `undefined` when nothing was recorded */
  async close(file: string): Promise<ClosedWav | undefined> {
    const path = this.pathOf(file)
    const closed = await closeWav(path)
    if (closed !== undefined) await syncFolder(dirname(path))
    return closed
  }

  /** The absolute path of a file. @throws RangeError for one that no shelf would name so */
  pathOf(file: string): string {
    const [day = '', name = '', ...more] = file.split('/')
    if (!dayPattern.test(day) || !isRecordingId(recordingIdOf(name)) || !name.endsWith('.wav') || more.length > 0) {
      throw new RangeError('this is no file of a recording shelf')
    }
    return join(this.#options.folder, day, name)
  }

  /** The name below this shelf of a path that `begin` gave; `undefined` for any other path. */
  fileOf(path: string): string | undefined {
    const file = path.startsWith(this.#options.folder + sep) ? path.slice(this.#options.folder.length + 1) : ''
    const [day = '', name = '', ...more] = file.split(sep)
    return dayPattern.test(day) && isRecordingId(recordingIdOf(name)) && more.length === 0
      ? `${day}/${name}`
      : undefined
  }

  /**
   * The notes on this shelf, with the files that they are of, the oldest day first. `undefined`: the note cannot be
   * understood, and nobody can say whose the file is.
   */
  async notes(): Promise<{ readonly note: CallNote | undefined; readonly file: string }[]> {
    const found: { note: CallNote | undefined; file: string }[] = []
    for (const day of await this.#days()) {
      const notes = await readNotes(join(this.#options.folder, day))
      for (const [recordingId, note] of notes) found.push({ note, file: `${day}/${recordingId}.wav` })
    }
    return found
  }

  /** Every WAV file on this shelf. */
  async files(): Promise<string[]> {
    const days = await this.#days()
    const names = await Promise.all(days.map((day) => readdir(join(this.#options.folder, day))))
    return days.flatMap((day, index) =>
      (names[index] ?? [])
        .filter((name) => name.endsWith('.wav') && isRecordingId(recordingIdOf(name)))
        .map((name) => `${day}/${name}`),
    )
  }

  /** The store has it: the note is not needed any more. */
  async settle(file: string): Promise<void> {
    await removeNote(dirname(this.pathOf(file)), recordingIdOf(file))
  }

  /**
   * Deletes a file, its note, and the folder of its day when nothing else is in it: none of them comes back after a
   * power failure. A file that is gone stays gone.
   */
  async remove(file: string): Promise<void> {
    const path = this.pathOf(file)
    const day = dirname(path)
    await rm(path, { force: true })
    await this.settle(file)
    await whereThere(() => syncFolder(day))
    await this.#emptying.take(async () => {
      if (!this.#held.includes(day)) await whereThere(() => rmdir(day))
    })
  }

  /** Puts the first file into the folder of a day, which must not be taken away meanwhile for being empty. */
  async #holding(day: string, work: () => Promise<void>): Promise<void> {
    await this.#emptying.take(async () => this.#held.push(day))
    try {
      await work()
    } finally {
      this.#held.splice(this.#held.indexOf(day), 1)
    }
  }

  async #days(): Promise<string[]> {
    return (await readdir(this.#options.folder)).filter((name) => dayPattern.test(name)).sort()
  }
}

/** `2024-01-02/….wav` → `…` */
export function recordingIdOf(file: string): string {
  return basename(file).replace(/\.wav$/, '')
}

async function shelfIdOf(folder: string): Promise<string> {
  const path = join(folder, 'shelf-id')
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
  }
  const shelfId = randomBytes(8).toString('hex')
  await writeWhole(path, `${shelfId}\n`)
  return shelfId
}

/** Does something to a folder that may be gone, or may have to stay for what is in it. */
async function whereThere(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT')) throw error
  }
}

/** Room on the disk of a folder, bytes. */
export async function roomOn(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / 1_000_000)
}
