import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { queueName, type Receipt } from '../../../src/domain/receipt/receipt.ts'
import { type Recording, recordPatienceMs } from '../../../src/recordings/ports.ts'
import type { Store } from '../../../src/store/store.ts'
import type { TestNodes } from './bench-of-nodes.ts'
import { accountId, newCall, recordFor } from './samples.ts'

const shelfId = 'shelf-a'
const place = { bucket: 'calls', key: 'voice/a.wav' }
const uploads = { uploads: true, limit: 9 }
const noUploads = { uploads: false, limit: 9 }

function newRecording(changes: Partial<Recording> = {}): Recording {
  const recordingId = randomBytes(20).toString('hex')
  const file = `2024-01-02/${recordingId}.wav`
  const times = { startedAt: 1_000, endedAt: 4_000, durationMs: 3_000 }
  const { callId } = newCall()
  return { recordingId, accountId, callId, outId: 'order-7', ...times, bytes: 96_044, shelfId, file, ...changes }
}

function reportOf({ recordingId, callId }: Recording): Receipt {
  return { accountId, messageType: 'VoiceRecordReport', callId, body: { call_id: callId, record_file: recordingId } }
}

export function recordingsContract(nodes: TestNodes): void {
  async function openStore(): Promise<Store> {
    const store = await nodes.open()
    await store.accounts.create({ accountId, name: 'Test' })
    await store.accounts.subscriptions.set(accountId, 'VoiceRecordReport', { queue: true })
    return store
  }
  const queued = (store: Store) => store.queues.receive(queueName(accountId, 'VoiceRecordReport'), 16, 30)
  /** A recording that was told of. */
  async function ready(store: Store, changes: Partial<Recording> = {}): Promise<Recording> {
    const recording = newRecording(changes)
    await store.recordings.add(recording)
    await store.recordings.tell(recording.recordingId, reportOf(recording))
    return recording
  }

  describe('recordings', () => {
    it('are stored once, for every node to find', async () => {
      const [one, other] = [await openStore(), await nodes.open()]
      const recording = newRecording()
      await Promise.all([one.recordings.add(recording), other.recordings.add({ ...recording, bytes: 1 })])
      await one.recordings.add({ ...recording, callId: 'another' })
      const stored = await other.recordings.find(recording.recordingId)
      expect(stored).toMatchObject({ callId: recording.callId, place: { kind: 'disk' }, state: 'waiting', attempts: 0 })
      expect(await nodes.sql('SELECT count(*) FROM recordings')).toEqual([{ count: '1' }])
    })

    it('are due to their shelf: for the upload at once, for the receipt once their call has a record', async () => {
      const { recordings, outbox, calls } = await openStore()
      const call = newCall()
      const recording = newRecording({ callId: call.callId })
      await recordings.add(recording)
      expect(await recordings.due('another shelf', uploads)).toEqual([])
      expect(await recordings.due(shelfId, noUploads)).toEqual([])
      expect(await recordings.due(shelfId, uploads)).toMatchObject([{ ...recording, callEnd: undefined }])
      expect(await recordings.moved(recording.recordingId, place)).toBe(true)
      expect(await recordings.due(shelfId, uploads)).toEqual([])
      expect(await recordings.waiting(shelfId)).toEqual({ recordings: 1, bytes: 96_044 })

      await calls.claim(1)
      await outbox.finish(recordFor(call), [])
      expect(await recordings.due(shelfId, uploads)).toMatchObject([
        { place: { kind: 'objects', ...place }, callEnd: { statusCode: '200000', smartStatus: 'ANSWERED' } },
      ])
      await recordings.postpone(recording.recordingId, nodes.clock.now() + 5_000)
      expect(await recordings.due(shelfId, uploads)).toEqual([])
      await nodes.clock.advance(5_000)
      expect(await recordings.due(shelfId, uploads)).toMatchObject([{ attempts: 1 }])
    })

    it('are due without a record after a while', async () => {
      const { recordings } = await openStore()
      await recordings.add(newRecording())
      await nodes.clock.advance(recordPatienceMs)
      expect(await recordings.due(shelfId, noUploads)).toEqual([])
      await nodes.clock.advance(1)
      expect(await recordings.due(shelfId, noUploads)).toMatchObject([{ callEnd: undefined }])
    })

    it('are told of once, however often and on however many nodes it is tried', async () => {
      const [one, other] = [await openStore(), await nodes.open()]
      const recording = newRecording()
      await one.recordings.add(recording)
      const tell = (store: Store) => store.recordings.tell(recording.recordingId, reportOf(recording))
      const told = [...(await Promise.all([tell(one), tell(other), tell(one)])), await tell(other)]
      expect(told.filter(Boolean)).toHaveLength(1)
      expect((await queued(one)).map(({ body }) => JSON.parse(body))).toEqual([reportOf(recording).body])
      expect(await one.recordings.waiting(shelfId)).toEqual({ recordings: 0, bytes: 0 })
    })

    it('are neither ready nor told of when the receipt cannot be queued', async () => {
      const store = await openStore()
      const recording = newRecording()
      await store.recordings.add(recording)
      const unfit = { ...reportOf(recording), callId: 'a\0b' }
      await expect(store.recordings.tell(recording.recordingId, unfit)).rejects.toThrow('invalid byte sequence')
      expect(await store.recordings.find(recording.recordingId)).toMatchObject({ state: 'waiting' })
      expect(await store.recordings.tell(recording.recordingId, reportOf(recording))).toBe(true)
      expect(await queued(store)).toHaveLength(1)
    })

    it('are listed newest first, and removed, by their account only', async () => {
      const store = await openStore()
      const { admin } = store.recordings
      const [first, second] = [await ready(store), await ready(store)]
      await ready(store, { accountId: '1000000002' })
      const page = { limit: 9 }
      const listed = await admin.list(accountId, {}, page)
      expect(listed.map(({ callId }) => callId)).toEqual([second.callId, first.callId])
      expect(await admin.list(accountId, {}, { limit: 9, before: listed[0]?.id ?? 0 })).toHaveLength(1)
      expect(await admin.list(accountId, { callId: first.callId }, page)).toHaveLength(1)
      expect(await admin.find('1000000002', first.recordingId)).toBeUndefined()
      expect(await admin.remove('1000000002', first.recordingId)).toBe(false)
      expect(await admin.remove(accountId, first.recordingId)).toBe(true)
      expect(await admin.remove(accountId, first.recordingId)).toBe(false)
      expect(await admin.list(accountId, {}, page)).toHaveLength(1)
      expect(await store.recordings.find(first.recordingId)).toBeUndefined()
    })

    it('that are removed wait for a node that can delete their file, and are forgotten then', async () => {
      const store = await openStore()
      const { recordings } = store
      const [onDisk, inStore] = [await ready(store), await ready(store)]
      await recordings.moved(inStore.recordingId, place)
      for (const { recordingId } of [onDisk, inStore]) await recordings.admin.remove(accountId, recordingId)
      const ids = async (shelf: string, objects: boolean) =>
        (await recordings.removed(shelf, { objects, limit: 9 })).map(({ recordingId }) => recordingId)
      expect(await ids('another shelf', false)).toEqual([])
      expect(await ids('another shelf', true)).toEqual([inStore.recordingId])
      expect(await ids(shelfId, true)).toEqual([onDisk.recordingId, inStore.recordingId])
      await recordings.postpone(inStore.recordingId, nodes.clock.now() + 1)
      expect(await ids(shelfId, true)).toEqual([onDisk.recordingId])
      expect(await recordings.moved(onDisk.recordingId, place)).toBe(false)
      expect(await recordings.tell(onDisk.recordingId, reportOf(onDisk))).toBe(false)
      await recordings.forget(onDisk.recordingId)
      await nodes.clock.advance(1)
      expect(await ids(shelfId, true)).toEqual([inStore.recordingId])
    })

    it('expire by age, but not before they were told of', async () => {
      const store = await openStore()
      await ready(store)
      await store.recordings.add(newRecording())
      await nodes.clock.advance(1_000)
      await ready(store)
      expect(await store.recordings.expire(nodes.clock.now())).toBe(1)
      expect(await store.recordings.expire(nodes.clock.now())).toBe(0)
      expect(await store.recordings.admin.list(accountId, {}, { limit: 9 })).toHaveLength(2)
    })

    it('have URLs that every node with the key file can prove, and no other', async () => {
      const [one, other] = [await nodes.open(), await nodes.open()]
      const proof = one.recordings.link.proof('GET a')
      expect(proof).toHaveLength(32)
      expect(other.recordings.link.proof('GET a').equals(proof)).toBe(true)
      expect(one.recordings.link.proof('GET b').equals(proof)).toBe(false)
    })
  })
}
