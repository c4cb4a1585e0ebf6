import { mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode } from '../lib/error-code.ts'
import type { PhoneCallRecord } from './phone-call-record.ts'

/** Where a call keeps its files: `<folder>/<number>/<id>/`, with `call.json`, `heard.wav` and `heard.json`. */
export interface CallFiles {
  heardWav(call: CallName): string
  heardJson(call: CallName): string
  /** Writes `call.json`. */
  save(record: PhoneCallRecord): Promise<void>
  remove(call: CallName): Promise<void>
  /**
   * Calls of earlier runs, oldest first. What a crash left half written is removed.
   *
   * @throws what keeps a file from being read: then nothing of that call is removed
   */
  load(): Promise<PhoneCallRecord[]>
}

type CallName = Pick<PhoneCallRecord, 'number' | 'id'>

/** Numbers are digits and ids digits with a dash (see `phoneNumber`, `callIdForm`): no path leaves the folder. */
export const callIdForm = /^\d{13,16}-\d{4,9}$/

const numberForm = /^\d{1,32}$/

/** @param folder of all phones */
export function callFiles(folder: string): CallFiles {
  const callFolder = ({ number, id }: CallName) => join(folder, number, id)
  const load = async (number: string, id: string): Promise<PhoneCallRecord | undefined> => {
    const path = join(callFolder({ number, id }), 'call.json')
    // A folder without a whole call.json belongs to a call that a crash cut off.
    const text = await textOf(path)
    const record = text === undefined ? undefined : readRecord(text)
    if (record !== undefined && record.number === number && record.id === id) return record
    await rm(callFolder({ number, id }), { recursive: true, force: true })
    return undefined
  }
  return {
    heardWav: (call) => join(callFolder(call), 'heard.wav'),
    heardJson: (call) => join(callFolder(call), 'heard.json'),
    async save(record) {
      await mkdir(callFolder(record), { recursive: true })
      await writeFile(join(callFolder(record), 'call.json'), JSON.stringify(record))
    },
    async remove(call) {
      await rm(callFolder(call), { recursive: true, force: true })
      await removeEmpty(join(folder, call.number))
    },
    async load() {
      const records: PhoneCallRecord[] = []
      for (const number of await namesIn(folder, numberForm)) {
        for (const id of await namesIn(join(folder, number), callIdForm)) {
          const record = await load(number, id)
          if (record !== undefined) records.push(record)
        }
      }
      return records.sort((a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1))
    },
  }
}

/** `undefined`: there is no such file. */
async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/** A folder with something in it stays, and so does one that is gone already. */
async function removeEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder)
  } catch (error) {
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT')) throw error
  }
}

async function namesIn(folder: string, form: RegExp): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory() && form.test(entry.name)).map((entry) => entry.name)
}

/** The fields that everything else relies on; a record of another shape is not one of ours. */
function isRecord(value: unknown): value is PhoneCallRecord {
  if (typeof value !== 'object' || value === null) return false
  const fields: Record<string, unknown> = Object.fromEntries(Object.entries(value))
  const { id, number, state, startedAt, endedAt, timeline } = fields
  return (
    typeof id === 'string' &&
    typeof number === 'string' &&
    state === 'ended' &&
    typeof startedAt === 'number' &&
    typeof endedAt === 'number' &&
    Array.isArray(timeline)
  )
}

function readRecord(text: string): PhoneCallRecord | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch (error) {
    // Half written when the process was killed; any other error is a bug.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
