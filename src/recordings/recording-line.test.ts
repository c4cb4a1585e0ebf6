import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../fakes/fake-clock.ts'
import { MemoryRecordings } from '../../fakes/memory-recordings.ts'
import { sampleCall } from '../../fakes/sample-call.ts'
import { stereoWav } from '../../fakes/stereo-wav.ts'
import { createEventBus } from '../events/event-bus.ts'
import { silentLog } from '../lib/log.ts'
import { type Objects, RecordingLine } from './recording-line.ts'
import { RecordingShelf, recordingIdOf } from './recording-shelf.ts'
import { retryAt } from './upload-pauses.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

const call = sampleCall()

/** A bucket that fails as often as it is told. */
class Bucket implements Objects {
  readonly bucket = 'calls'
  readonly keys = new Set<string>()
  failures = 0
  beforePut = () => {}

  async put(key: string): Promise<void> {
    this.beforePut()
    if (this.failures-- > 0) throw new Error('the store answers 503')
    this.keys.add(key)
  }

  async remove(key: string): Promise<void> {
    this.keys.delete(key)
  }
}

async function house({ bucket, keepMs }: { bucket?: Bucket; keepMs?: number } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'yuyin-line-'))
  folders.push(folder)
  const clock = new FakeClock()
  const book = new MemoryRecordings(clock)
  const bus = createEventBus()
  const shelf = await RecordingShelf.open({ folder, nodeId: 'one', clock, leastFreeBytes: 0 })
  const queues: string[] = []
  bus.on('receipts.queued', (event) => void queues.push(...event.queues))
  const objects = bucket && { store: bucket, prefix: 'voice/' }
  const urlOf = (id: string) => `https://files.test/${id}`
  const line = new RecordingLine({ book, shelf, objects, keepMs, bus, clock, log: silentLog })
  /** A closed recording in the book. */
  const record = async (callId = call.callId) => {
    const path = await shelf.begin({ ...call, callId })
    writeFileSync(path, stereoWav(1_200))
    const file = shelf.fileOf(path) ?? ''
    await shelf.settle(file)
    const { accountId, outId } = call
    const times = { startedAt: 1_000, endedAt: 2_200, durationMs: 1_200 }
    const recordingId = recordingIdOf(file)
    await book.add({ recordingId, accountId, callId, outId, ...times, bytes: 9, shelfId: shelf.shelfId, file })
    return { recordingId, path, key: `voice/1000000001/${file}` }
  }
  /** Lets the line work until nothing is due for a while. Files are real, so it is looked at, not waited for. */
  const settled = (look: () => unknown) => {
    const later = async () => {
      await clock.advance(250)
      return look()
    }
    return expect.poll(later, { interval: 5 })
  }
  const start = () => line.start(urlOf)
  return { clock, book, bus, line, start, record, queues, settled, states: () => book.all().map((one) => one.state) }
}

describe('RecordingLine', () => {
  it('tells of a recording on the disk once its call has a record, and never again', async () => {
    const { clock, book, bus, line, start, record, queues, states } = await house()
    const { recordingId } = await record()
    start()
    await clock.advance(60_000)
    expect([states(), book.receipts]).toEqual([['waiting'], []])
    book.endCall(call.callId)
    bus.emit('receipts.queued', { queues: ['Alicom-Queue-1000000001-VoiceReport'] })
    await clock.advance(200)
    expect(book.receipts.map(({ messageType, body }) => [messageType, body])).toEqual([
      [
        'VoiceRecordReport',
        {
          call_id: call.callId,
          start_time: '1970-01-01 08:00:01',
          end_time: '1970-01-01 08:00:02',
          duration: 2,
          status_code: '200000',
          smart_status_code: 'ANSWERED',
          record_file: `https://files.test/${recordingId}`,
          out_id: 'order-7',
        },
      ],
    ])
    expect(queues.at(-1)).toBe('Alicom-Queue-1000000001-VoiceRecordReport')
    await clock.advance(600_000)
    expect([states(), book.receipts.length, line.describe().waiting]).toEqual([['ready'], 1, 0])
    await line.close()
    expect(clock.pendingTimers).toBe(0)
  })

  it('tells of it without a record after ten minutes', async () => {
    const { clock, book, line, start, record } = await house()
    await record()
    start()
    await clock.advance(10 * 60_000)
    expect(book.receipts).toEqual([])
    await clock.advance(10_000)
    expect(book.receipts).toMatchObject([{ body: { status_code: '999999' } }])
    await line.close()
  })

  it('uploads first, with pauses that grow, and the file goes when it is there', async () => {
    const bucket = new Bucket()
    const { clock, book, line, start, record, settled, states } = await house({ bucket })
    const { path, key } = await record()
    book.endCall(call.callId)
    bucket.failures = 3
    start()
    await settled(() => book.all()[0]?.attempts).toBe(1)
    expect([existsSync(path), book.receipts.length]).toEqual([true, 0])
    expect(line.describe()).toMatchObject({ waiting: 1, waitingBytes: 9, failures: 1 })
    await clock.advance(100_000)
    await settled(() => states()[0]).toBe('ready')
    expect([[...bucket.keys], existsSync(path), book.receipts.length]).toEqual([[key], false, 1])
    expect(book.all()).toMatchObject([{ place: { kind: 'objects', bucket: 'calls', key }, attempts: 0 }])
    expect(line.describe()).toEqual({ waiting: 0, waitingBytes: 0, uploadedBytes: 9, failures: 3 })
    await line.close()
  })

  it('goes on after a store that was away', async () => {
    const { clock, book, line, start, record } = await house()
    await record()
    book.endCall(call.callId)
    book.failNext(3)
    start()
    await clock.advance(0)
    expect(book.receipts).toEqual([])
    await clock.advance(60_000)
    expect(book.receipts).toHaveLength(1)
    await line.close()
  })

  it('deletes what was removed, on the disk and in the object store, also in the middle of an upload', async () => {
    const bucket = new Bucket()
    const { clock, book, line, start, record, settled } = await house({ bucket })
    const uploaded = await record('uploaded')
    book.endCall('uploaded')
    start()
    await clock.advance(0)
    await settled(() => book.all()[0]?.state).toBe('ready')
    const removed = await record('removed')
    bucket.beforePut = () => book.remove(removed.recordingId)
    book.remove(uploaded.recordingId)
    await clock.advance(5_000)
    await settled(() => book.all()).toEqual([])
    expect([[...bucket.keys], existsSync(uploaded.path), existsSync(removed.path)]).toEqual([[], false, false])
    expect(book.receipts).toHaveLength(1)
    await line.close()
  })

  it('deletes in the object store what was removed between its upload and the book', async () => {
    const bucket = new Bucket()
    const { clock, book, line, start, record, settled } = await house({ bucket })
    const { recordingId, path, key } = await record()
    bucket.keys.add(key)
    book.remove(recordingId)
    start()
    await clock.advance(0)
    await settled(() => book.all()).toEqual([])
    expect([[...bucket.keys], existsSync(path)]).toEqual([[], false])
    await line.close()
  })

  it('deletes nothing in a bucket that is not the one in which it is', async () => {
    const bucket = new Bucket()
    const { clock, book, line, start, record, settled } = await house({ bucket })
    const { recordingId, key } = await record()
    bucket.keys.add(key)
    await book.moved(recordingId, { bucket: 'older', key })
    book.remove(recordingId)
    start()
    await settled(() => book.all()[0]?.attempts).toBe(1)
    await clock.advance(0)
    expect([...bucket.keys]).toEqual([key])
    await line.close()
  })

  it('keeps recordings as long as it is told', async () => {
    const dayMs = 86_400_000
    const { clock, book, line, start, record, settled, states } = await house({ keepMs: dayMs })
    const { path } = await record()
    book.endCall(call.callId)
    start()
    await clock.advance(0)
    await clock.advance(dayMs - 10_000)
    expect([states(), existsSync(path)]).toEqual([['ready'], true])
    await clock.advance(20_000)
    await settled(() => book.all()).toEqual([])
    expect(existsSync(path)).toBe(false)
    await line.close()
  })

  it('deletes at its start what the last one uploaded and did not come to delete', async () => {
    const bucket = new Bucket()
    const { clock, book, line, start, record, settled } = await house({ bucket })
    const { recordingId, path, key } = await record()
    await book.moved(recordingId, { bucket: 'calls', key })
    start()
    await clock.advance(0)
    await settled(() => existsSync(path)).toBe(false)
    await line.close()
  })
})

it('pauses grow from five seconds to ten minutes', () => {
  expect([1, 2, 3, 8, 50].map((failures) => retryAt(failures, 0) / 1000)).toEqual([5, 10, 20, 600, 600])
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), fc.nat(2 ** 41), (failures, now) => {
      expect(retryAt(failures + 1, now)).toBeGreaterThanOrEqual(retryAt(failures, now))
    }),
  )
})
