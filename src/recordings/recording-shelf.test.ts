import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../fakes/fake-clock.ts'
import { sampleCall } from '../../fakes/sample-call.ts'
import { RecordingRefused, RecordingShelf } from './recording-shelf.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'yuyin-shelf-'))
  folders.push(folder)
  return join(folder, 'recordings')
}

function openShelf(folder = newFolder(), freeBytes = 1_000_000_000) {
  const clock = new FakeClock()
  return RecordingShelf.open({
    ...{ folder, nodeId: 'node-1', clock, leastFreeBytes: 1_000_000 },
    freeBytes: async () => freeBytes,
  })
}

const mode = (path: string) => statSync(path).mode & 0o777

describe('RecordingShelf', () => {
  it('gives every recording a file that only its owner can read, under a name that nobody can guess', async () => {
    const folder = newFolder()
    const shelf = await openShelf(folder)
    const paths = await Promise.all(Array.from({ length: 50 }, () => shelf.begin(sampleCall())))
    expect(new Set(paths).size).toBe(50)
    for (const path of paths) {
      expect(relative(folder, path)).toMatch(/^2024-01-02\/[0-9a-f]{40}\.wav$/)
      expect(mode(path)).toBe(0o600)
    }
    expect([mode(folder), mode(join(folder, '2024-01-02')), mode(join(folder, 'shelf-id'))]).toEqual([
      0o700, 0o700, 0o600,
    ])
  })

  it('notes whose recording it is, until the store has it', async () => {
    const shelf = await openShelf()
    const { callId, accountId, outId } = sampleCall()
    const file = shelf.fileOf(await shelf.begin(sampleCall())) ?? ''
    expect(await shelf.notes()).toEqual([
      { file, note: expect.objectContaining({ nodeId: 'node-1', callId, accountId, outId }) },
    ])
    await shelf.settle(file)
    expect(await shelf.notes()).toEqual([])
    expect(await shelf.files()).toEqual([file])
  })

  it('refuses to record on a disk that is nearly full, and leaves nothing there', async () => {
    const folder = newFolder()
    const shelf = await openShelf(folder, 999_999)
    await expect(shelf.begin(sampleCall())).rejects.toThrow(RecordingRefused)
    expect(readdirSync(folder)).toEqual(['shelf-id'])
  })

  it('is the same shelf after a restart, and another one in another folder', async () => {
    const folder = newFolder()
    const { shelfId } = await openShelf(folder)
    expect((await openShelf(folder)).shelfId).toBe(shelfId)
    expect((await openShelf()).shelfId).not.toBe(shelfId)
  })

  it('takes the folder of a day away with its last file', async () => {
    const folder = newFolder()
    const shelf = await openShelf(folder)
    const [one = '', other = ''] = [await shelf.begin(sampleCall()), await shelf.begin(sampleCall())]
    await shelf.remove(shelf.fileOf(one) ?? '')
    await shelf.remove(shelf.fileOf(one) ?? '')
    expect([existsSync(one), existsSync(other)]).toEqual([false, true])
    await shelf.remove(shelf.fileOf(other) ?? '')
    expect(readdirSync(folder)).toEqual(['shelf-id'])
  })

  it('has room for a recording that begins while the folder of its day is taken away', async () => {
    const shelf = await openShelf()
    const gone = `2024-01-02/${'a'.repeat(40)}.wav`
    let isDone = false
    const removing = async () => {
      while (!isDone) await shelf.remove(gone)
    }
    const removers = [removing(), removing(), removing()]
    for (let times = 0; times < 30; times++) {
      const path = await shelf.begin(sampleCall())
      expect(existsSync(path)).toBe(true)
      await shelf.remove(shelf.fileOf(path) ?? '')
    }
    isDone = true
    await Promise.all(removers)
  })

  it('makes its name anew when the machine stopped before it was written', async () => {
    const folder = newFolder()
    mkdirSync(folder)
    writeFileSync(join(folder, 'shelf-id.new'), '')
    const { shelfId } = await openShelf(folder)
    expect(shelfId).toMatch(/^[0-9a-f]{16}$/)
    expect(readdirSync(folder)).toEqual(['shelf-id'])
  })

  it('names no path but those of its own files, whatever it is asked for', async () => {
    const folder = newFolder()
    const shelf = await openShelf(folder)
    const id = 'a'.repeat(40)
    const piece = fc.constantFrom('..', '.', '/', '2024-01-02', id, '.wav', '\0', '%2e', '\\', 'shelf-id', 'é')
    const tricks = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
    )
    fc.assert(
      fc.property(tricks, (file) => {
        if (/^\d{4}-\d{2}-\d{2}\/[0-9a-f]{40}\.wav$/.test(file)) return
        expect(() => shelf.pathOf(file)).toThrow(RangeError)
        expect(shelf.fileOf(join(folder, '..', file))).toBeUndefined()
      }),
    )
    expect(shelf.pathOf(`2024-01-02/${id}.wav`)).toBe(join(folder, '2024-01-02', `${id}.wav`))
    expect(shelf.fileOf('/etc/passwd')).toBeUndefined()
  })
})
