import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isRecordingId } from './file-link.ts'
import { writeWhole } from './whole-file.ts'

/**
 * What lies beside the file of a recording while it is written, until the store has it: whose it is. The store may be
 * away and the node may die; a file without a note is in the store, and a file with one is not lost.
 */
export interface CallNote {
  readonly recordingId: string
  /** The node's id: another one after every start. */
  readonly nodeId: string
  readonly accountId: string
  readonly callId: string
  readonly outId: string
  /** When the file was asked for, wall milliseconds. */
  readonly begunAt: number
}

const ending = '.json'

/** Writes a note: complete or not at all, and on disk before this resolves. For the owner only. */
export async function writeNote(folder: string, note: CallNote): Promise<void> {
  await writeWhole(pathOf(folder, note.recordingId), JSON.stringify(note))
}

/** Takes a note away; one that is gone stays gone. */
export async function removeNote(folder: string, recordingId: string): Promise<void> {
  await rm(pathOf(folder, recordingId), { force: true })
}

/** The notes in a folder, by the id of their recording; `undefined` for one that cannot be understood. */
export async function readNotes(folder: string): Promise<Map<string, CallNote | undefined>> {
  const notes = new Map<string, CallNote | undefined>()
  for (const name of await readdir(folder)) {
    const recordingId = name.slice(0, -ending.length)
    if (!name.endsWith(ending) || !isRecordingId(recordingId)) continue
    notes.set(recordingId, parseNote(await readFile(join(folder, name), 'utf8')))
  }
  return notes
}

function parseNote(text: string): CallNote | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isNote(value) ? value : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function pathOf(folder: string, recordingId: string): string {
  return join(folder, recordingId + ending)
}

const texts = ['recordingId', 'nodeId', 'accountId', 'callId', 'outId'] as const

function isNote(value: unknown): value is CallNote {
  if (typeof value !== 'object' || value === null) return false
  const fields: Readonly<Record<string, unknown>> = { ...value }
  return texts.every((name) => typeof fields[name] === 'string') && typeof fields['begunAt'] === 'number'
}
