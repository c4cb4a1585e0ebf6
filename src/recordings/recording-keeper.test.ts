import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../fakes/fake-clock.ts'
import { MemoryRecordings } from '../../fakes/memory-recordings.ts'
import { sampleCall } from '../../fakes/sample-call.ts'
import { stereoWav } from '../../fakes/stereo-wav.ts'
import { createEventBus } from '../events/event-bus.ts'
import { silentLog } from '../lib/log.ts'
import { RecordingKeeper, silenceMs, storedAtOnce } from './recording-keeper.ts'
import { RecordingShelf } from './recording-shelf.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

const clock = new FakeClock()
const call = sampleCall()

/** A node on a folder; a second one on the same folder is its next start. */
async function startNode(nodeId: string, folder?: string, book = new MemoryRecordings(clock)) {
  const own = folder ?? join(mkdtempSync(join(tmpdir(), 'yuyin-keeper-')), 'recordings')
  if (folder === undefined) folders.push(join(own, '..'))
  const bus = createEventBus()
  const lines: string[] = []
  const say = (_fields: object, message: string) => void lines.push(message)
  const log = { ...silentLog, info: say, warn: say, error: say }
  const room = { bytes: 1_000_000_000 }
  const shelf = await RecordingShelf.open({
    ...{ folder: own, nodeId, clock, leastFreeBytes: 1_000_000 },
    freeBytes: async () => room.bytes,
  })
  let stored = 0
  const keeper = new RecordingKeeper({ shelf, book, nodeId, bus, clock, log, onStored: () => void stored++ })
  await keeper.start()
  const leftovers = () =>
    readdirSync(own, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('json'))
  return { folder: own, bus, lines, room, shelf, keeper, book, leftovers, stored: () => stored }
}

const ended = { call, outcome: 'heard', endedAt: 0, hangUpBy: 'here' } as const

describe('RecordingKeeper', () => {
  it('stores what the engine closed, with the length that the file has', async () => {
    const node = await startNode('one')
    const file = await node.keeper.begin(call)
    writeFileSync(file, stereoWav(2_000))
    const times = { startedAt: 5_000, endedAt: 7_100, durationMs: 2_100 }
    node.bus.emit('call.recorded', { call, file, ...times })
    node.bus.emit('call.ended', ended)
    await node.keeper.drained()
    const { callId, accountId, outId } = call
    expect(node.book.all()).toMatchObject([
      {
        callId,
        accountId,
        outId,
        startedAt: 5_000,
        endedAt: 7_100,
        durationMs: 2_000,
        bytes: 64_044,
        state: 'waiting',
      },
    ])
    expect([node.stored(), node.leftovers(), clock.pendingTimers]).toEqual([1, [], 0])
  })

  it('waits for a store that is away, and stores once', async () => {
    const node = await startNode('one')
    const file = await node.keeper.begin(call)
    writeFileSync(file, stereoWav(500))
    node.book.failNext(1)
    node.bus.emit('call.recorded', { call, file, startedAt: 0, endedAt: 500, durationMs: 500 })
    await expect.poll(() => clock.pendingTimers).toBe(1)
    expect(node.leftovers()).toHaveLength(1)
    await clock.advance(5_000)
    await node.keeper.drained()
    expect(node.book.all()).toHaveLength(1)
    expect(node.leftovers()).toEqual([])
  })

  it('finds what the last start was writing, and stores that once, whenever it died', async () => {
    const before = await startNode('one')
    const cut = await before.keeper.begin(call)
    const stored = await before.keeper.begin(sampleCall({ callId: 'stored' }))
    const silent = await before.keeper.begin(sampleCall({ callId: 'silent' }))
    writeFileSync(cut, stereoWav(3_000).subarray(0, 32_046))
    writeFileSync(stored, stereoWav(1_000))
    // The node died between the book and the note.
    const facts = { startedAt: 1, endedAt: 2, durationMs: 1_000, bytes: 32_044, shelfId: before.shelf.shelfId }
    const file = before.shelf.fileOf(stored) ?? ''
    const recordingId = file.slice(11, 51)
    await before.book.add({ recordingId, accountId: call.accountId, callId: 'stored', outId: '', file, ...facts })

    const after = await startNode('two', before.folder, before.book)
    await after.keeper.drained()
    expect(after.book.all()).toHaveLength(2)
    expect(after.book.all()).toContainEqual(
      expect.objectContaining({ callId: call.callId, durationMs: 1_000, bytes: 32_044, state: 'waiting' }),
    )
    expect(after.lines).toContain('nothing was recorded')
    expect([existsSync(cut), existsSync(stored), existsSync(silent)]).toEqual([true, true, false])
    const third = await startNode('three', before.folder, before.book)
    expect([third.lines, third.book.all().length]).toEqual([[], 2])
  })

  it('takes in few at once, however many were left, and lets none that fails hold up the others', async () => {
    const before = await startNode('one')
    for (let index = 0; index < 30; index++) {
      writeFileSync(await before.keeper.begin(sampleCall({ callId: `left ${index}` })), stereoWav(20))
    }
    let now = 0
    let most = 0
    let open = () => {}
    const opened = new Promise<void>((resolve) => {
      open = resolve
    })
    class WatchedBook extends MemoryRecordings {
      override async add(recording: Parameters<MemoryRecordings['add']>[0]): Promise<void> {
        now++
        most = Math.max(most, now)
        await opened
        now--
        if (Number(recording.callId.slice(5)) < storedAtOnce) throw new Error('refused')
        await super.add(recording)
      }
    }
    const after = await startNode('two', before.folder, new WatchedBook(clock))
    await expect.poll(() => now).toBe(storedAtOnce)
    open()
    await expect.poll(() => after.book.all().length).toBe(30 - storedAtOnce)
    await expect.poll(() => clock.pendingTimers).toBe(storedAtOnce)
    expect(most).toBe(storedAtOnce)
    const closed = after.keeper.close(0)
    await clock.advance(0)
    await closed
    expect(clock.pendingTimers).toBe(0)
  })

  it('starts although a note cannot be understood, leaves its file, and says so', async () => {
    const before = await startNode('one')
    const files = [await before.keeper.begin(call), await before.keeper.begin(call)]
    for (const [index, file] of files.entries()) {
      writeFileSync(file, stereoWav(100))
      writeFileSync(file.replace('.wav', '.json'), index === 0 ? '{"recordingId":' : '{"recordingId":1}')
    }
    const after = await startNode('two', before.folder, before.book)
    await after.keeper.drained()
    expect([after.lines.length, new Set(after.lines)]).toEqual([
      2,
      new Set(['a recording is left where it is: its note cannot be understood']),
    ])
    expect([after.book.all(), files.every((file) => existsSync(file))]).toEqual([[], true])
  })

  it('takes in a recording that nobody closed, once its call has been over for a while', async () => {
    const node = await startNode('one')
    const file = await node.keeper.begin(call)
    writeFileSync(file, stereoWav(400))
    node.bus.emit('call.ended', ended)
    await clock.advance(silenceMs - 1)
    expect(node.book.all()).toEqual([])
    await clock.advance(1)
    await node.keeper.drained()
    expect(node.book.all()).toMatchObject([{ durationMs: 400 }])
    // It comes after all: nothing happens.
    node.bus.emit('call.recorded', { call, file, startedAt: 0, endedAt: 400, durationMs: 400 })
    await node.keeper.drained()
    expect(node.book.all()).toHaveLength(1)
  })

  it('does not record on a disk that is nearly full, says why, and waits for nothing', async () => {
    const node = await startNode('one')
    node.room.bytes = 1
    await expect(node.keeper.begin(call)).rejects.toThrow('the disk has 0 MB left, and 1 MB stay free')
    node.bus.emit('call.ended', ended)
    expect(clock.pendingTimers).toBe(0)
  })

  it('sets no timer for what fails while the node stops', async () => {
    let refuse: (() => void) | undefined
    class HangingBook extends MemoryRecordings {
      override add(): Promise<void> {
        return new Promise((_, reject) => {
          refuse = () => reject(new Error('the store is closed'))
        })
      }
    }
    const node = await startNode('one', undefined, new HangingBook(clock))
    const file = await node.keeper.begin(call)
    writeFileSync(file, stereoWav(500))
    node.bus.emit('call.recorded', { call, file, startedAt: 0, endedAt: 500, durationMs: 500 })
    await expect.poll(() => refuse).toBeDefined()
    const closed = node.keeper.close(1_000)
    await clock.advance(1_000)
    await closed
    refuse?.()
    await node.keeper.drained()
    expect([clock.pendingTimers, node.leftovers().length]).toEqual([0, 1])
  })

  it('leaves what is not stored to the next start when it is closed, and no timer', async () => {
    const node = await startNode('one')
    const file = await node.keeper.begin(call)
    writeFileSync(file, stereoWav(500))
    node.book.failNext(1_000)
    node.bus.emit('call.recorded', { call, file, startedAt: 0, endedAt: 500, durationMs: 500 })
    await expect.poll(() => clock.pendingTimers).toBe(1)
    const closed = node.keeper.close(1_000)
    await clock.advance(1_000)
    await closed
    await node.keeper.drained()
    expect(clock.pendingTimers).toBe(0)
    node.book.failNext(0)
    const next = await startNode('two', node.folder, node.book)
    await next.keeper.drained()
    expect(next.book.all()).toHaveLength(1)
  })
})
