import { mkdtempSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { FileDesk, type FileDeskOptions } from './file-desk.ts'
import type { ByteSpan } from './object-store.ts'
import type { RecordingPlace, StoredRecording } from './ports.ts'

const folder = mkdtempSync(join(tmpdir(), 'yuyin-desk-'))
const path = join(folder, 'a.wav')
const content = '0123456789'
afterAll(() => rmSync(folder, { recursive: true }))
beforeEach(() => writeFileSync(path, content))

const shelf = { shelfId: 'here', pathOf: () => path }
const store = {
  bucket: 'calls',
  read: async (key: string, span?: ByteSpan) =>
    key === 'gone' ? undefined : Readable.from([content.slice(span?.first, (span?.last ?? 9) + 1)]),
}

function recording(place: RecordingPlace, shelfId = 'here'): StoredRecording {
  return {
    ...{ id: 1, recordingId: 'a'.repeat(40), accountId: '1000000001', callId: '1^2', outId: '', file: 'a.wav' },
    ...{ startedAt: 0, endedAt: 1_000, durationMs: 1_000, bytes: content.length, shelfId, place },
    ...{ state: 'ready', attempts: 0 },
  }
}

const onDisk = recording({ kind: 'disk' })
const inStore = (key: string, bucket = 'calls') => recording({ kind: 'objects', bucket, key })

async function find(found: StoredRecording | undefined, changes: Partial<FileDeskOptions> = {}) {
  return new FileDesk({ book: { find: async () => found }, shelf, store, ...changes }).find('a'.repeat(40))
}

/** What is read of it, whole and of its middle; or why it cannot be had. */
async function read(found: StoredRecording): Promise<string[] | string | undefined> {
  const file = await find(found)
  if (file === undefined || typeof file === 'string') return file
  return [await text(await file.read()), await text(await file.read({ first: 2, last: 4 }))]
}

describe('FileDesk', () => {
  it('reads from the disk and from the object store, whole and in part', async () => {
    expect(await read(onDisk)).toEqual([content, '234'])
    expect(await read(inStore('voice/a.wav'))).toEqual([content, '234'])
  })

  it('says why a recording cannot be had', async () => {
    expect(await find(undefined)).toBeUndefined()
    expect(await find(recording({ kind: 'disk' }, 'another shelf'))).toBe('elsewhere')
    expect(await find(inStore('a', 'another bucket'))).toBe('noStore')
    expect(await find(inStore('a'), { store: undefined })).toBe('noStore')
    truncateSync(path, 5)
    expect(await find(onDisk)).toBe('lost')
    unlinkSync(path)
    expect(await find(onDisk)).toBe('lost')
    await expect(read(inStore('gone'))).rejects.toThrow('has no gone any more')
  })
})
