import { open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isRecordingId } from './file-link.ts'

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
  const path = pathOf(folder, note.recordingId)
  const file = await open(`${path}.new`, 'wx', 0o600)
  try {
    await file.writeFile(JSON.stringify(note))
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
}

/** Takes a note away; one that is gone stays gone. */
export async function removeNote(folder: string, recordingId: string): Promise<void> {
  await rm(pathOf(folder, recordingId), { force: true })
}

/** The notes in a folder. A file that reads otherwise is none of ours. */
export async function readNotes(folder: string): Promise<CallNote[]> {
  const notes: CallNote[] = []
  for (const name of await readdir(folder)) {
    if (!name.endsWith(ending) || !isRecordingId(name.slice(0, -ending.length))) continue
    const value: unknown = JSON.parse(await readFile(join(folder, name), 'utf8'))
    if (isNote(value)) notes.push(value)
  }
  return notes
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
