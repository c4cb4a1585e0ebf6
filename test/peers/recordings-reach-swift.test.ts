import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stereoWav } from '../../fakes/stereo-wav.ts'
import { silentLog } from '../../src/lib/log.ts'
import { ObjectStore } from '../../src/recordings/object-store.ts'
import { startEmbeddedServer } from '../../src/store/embedded/embedded-server.ts'
import { Swift } from './objects/swift.ts'
import { RecordingNode } from './recordings/recording-node.ts'

const wav = stereoWav(3_000)
const never = new AbortController().signal
let swift: Swift
let store: ObjectStore
let folder: string
let database: Awaited<ReturnType<typeof startEmbeddedServer>>
let calls = 0

beforeAll(async () => {
  swift = await Swift.start()
  store = new ObjectStore(swift.options)
  folder = await mkdtemp(join(tmpdir(), 'yuyin-recordings-'))
  database = await startEmbeddedServer(folder, silentLog)
})

afterAll(async () => {
  await database.close()
  await swift.close()
  await rm(folder, { recursive: true, force: true })
})

const newCallId = () => `116012354148^${String(++calls).padStart(12, '0')}`

function startNode(settings: { recordingsSecretKey?: string; recordingsEndpoint?: string } = {}) {
  const { endpoint, bucket, accessKey, secretKey } = swift.options
  return RecordingNode.start(folder, database.url, {
    ...{ recordingsEndpoint: endpoint, recordingsBucket: bucket, recordingsPrefix: 'voice/' },
    ...{ recordingsAccessKey: accessKey, recordingsSecretKey: secretKey, ...settings },
  })
}

async function fileOf(bytes: Buffer) {
  const path = join(folder, randomBytes(6).toString('hex'))
  await writeFile(path, bytes)
  return { path, bytes: bytes.length }
}

describe('an object store that others wrote', () => {
  const content = randomBytes(3_000_000)

  it('takes a file, gives it back whole and in spans, and deletes it', async () => {
    const key = "calls/1000000001/2024-01-02/一 recording's (file)+.wav"
    await store.check()
    await store.put(key, await fileOf(content), never)
    expect(await swift.keys()).toHaveLength(1)
    expect(await store.size(key)).toBe(content.length)
    const whole = await store.read(key)
    expect(whole && (await buffer(whole)).equals(content)).toBe(true)
    const span = await store.read(key, { first: 44, last: 1_043 })
    expect(span && (await buffer(span)).equals(content.subarray(44, 1_044))).toBe(true)
    await store.remove(key)
    await store.remove(key)
    expect(await store.size(key)).toBeUndefined()
    expect(await store.read(key)).toBeUndefined()
  })

  it('says what it refuses: a wrong key, no such bucket', async () => {
    const file = await fileOf(Buffer.alloc(1_000))
    const wrongKey = new ObjectStore({ ...swift.options, secretKey: 'wrong' })
    await expect(wrongKey.put('a.wav', file, never)).rejects.toThrow('the store answers 403 SignatureDoesNotMatch')
    await expect(wrongKey.check()).rejects.toThrow('403')
    const wrongBucket = new ObjectStore({ ...swift.options, bucket: 'nowhere' })
    await expect(wrongBucket.put('a.wav', file, never)).rejects.toThrow('the store answers 404 NoSuchBucket')
  })

  it('notices a file that is not as long as was said', async () => {
    const { path } = await fileOf(Buffer.alloc(1_000))
    await expect(store.put('short.wav', { path, bytes: 2_000 }, never)).rejects.toThrow('body length')
    await expect(store.put('long.wav', { path, bytes: 500 }, never)).rejects.toThrow('body length')
    expect(await swift.keys()).toEqual([])
  })

  it('is told to stop in the middle of an upload', async () => {
    const stop = new AbortController()
    const upload = store.put('stopped.wav', await fileOf(content), stop.signal)
    stop.abort()
    await expect(upload).rejects.toThrow('aborted')
    expect(await swift.keys()).toEqual([])
  })

  it('is away, and comes back with everything', async () => {
    const file = await fileOf(content)
    await store.put('kept.wav', file, never)
    await swift.pause()
    await expect(store.put('late.wav', file, never)).rejects.toThrow('no answer from the store')
    await expect(store.read('kept.wav')).rejects.toThrow('ECONNREFUSED')
    await swift.resume()
    await store.put('late.wav', file, never)
    expect(await swift.keys()).toEqual(['kept.wav', 'late.wav'])
    for (const key of await swift.keys()) await store.remove(key)
  })
})

describe('recordings in an object store', () => {
  it('are there before they are told of, are handed out by the node, and go when they are removed', async () => {
    const node = await startNode()
    const callId = newCallId()
    const path = await node.record(callId, wav)
    const [told] = await node.told(1)
    expect(told).toMatchObject({ call_id: callId, duration: 3, status_code: '200000', smart_status_code: 'ANSWERED' })
    const [key = ''] = await swift.keys()
    expect(key).toMatch(/^voice\/1000000001\/\d{4}-\d{2}-\d{2}\/[0-9a-f]{40}\.wav$/)
    expect(existsSync(path)).toBe(false)

    const url = told?.record_file ?? ''
    const whole = await fetch(url)
    expect(Buffer.from(await whole.arrayBuffer()).equals(wav)).toBe(true)
    const part = await fetch(url, { headers: { range: 'bytes=44-1043' } })
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 44-1043/${wav.length}`])
    expect(Buffer.from(await part.arrayBuffer()).equals(wav.subarray(44, 1_044))).toBe(true)

    await node.store.recordings.admin.remove('1000000001', key.slice(-44, -4))
    expect(await statusOf(url)).toBe(404)
    await expect.poll(() => node.pass(500).then(() => swift.keys()), { timeout: 20_000 }).toEqual([])
    await node.close()
  })

  it('are told of late, and once, when the key was wrong and the node had to be started again', async () => {
    const [before, callId] = [await startNode({ recordingsSecretKey: 'wrong' }), newCallId()]
    const path = await before.record(callId, wav)
    await expect.poll(() => before.pass(5_000).then(() => failuresOf(before)), { timeout: 20_000 }).toBeGreaterThan(1)
    expect(before.log.text()).toContain('the store answers 403 SignatureDoesNotMatch')
    expect(before.log.text()).not.toContain(swift.options.accessKey)
    expect(await before.pass(0)).toEqual([])
    expect(existsSync(path)).toBe(true)
    await before.close()

    const after = await startNode()
    // The last failure put it off by the other node's clock.
    await after.clock.advance(60_000)
    expect(await after.told(1)).toMatchObject([{ call_id: callId }])
    await after.pass(60_000)
    expect([(await after.pass(60_000)).length, existsSync(path)]).toEqual([1, false])
    await after.close()
  })

  it('wait while it is away, across a start, and none is lost or told of twice', async () => {
    const before = await startNode()
    const callIds = [newCallId(), newCallId(), newCallId()]
    await swift.pause()
    for (const callId of callIds) await before.record(callId, wav)
    await expect.poll(() => before.pass(1_000).then(() => failuresOf(before)), { timeout: 20_000 }).toBeGreaterThan(2)
    expect(before.log.text()).toContain('no answer from the store')
    await before.close()
    await swift.resume()
    const after = await startNode()
    await after.clock.advance(60_000)
    const told = await after.told(3)
    expect(told.map((one) => one.call_id).sort()).toEqual(callIds)
    for (const { record_file } of told) expect(await statusOf(record_file)).toBe(200)
    await swift.pause()
    expect(await statusOf(told[0]?.record_file ?? '')).toBe(503)
    await swift.resume()
    await after.close()
  })

  it('are uploaded again when the node was stopped in the middle', async () => {
    const before = await startNode()
    const [callId, long] = [newCallId(), stereoWav(600_000)]
    await before.record(callId, long)
    await before.pass(0)
    await before.close()
    const after = await startNode()
    const [told] = await after.told(1)
    expect(told).toMatchObject({ call_id: callId, duration: 600 })
    const whole = await fetch(told?.record_file ?? '')
    expect(Buffer.from(await whole.arrayBuffer()).equals(long)).toBe(true)
    await after.close()
  })
})

/** Lets go of the body: a node that closes waits for those who still read. */
async function statusOf(url: string): Promise<number> {
  const answer = await fetch(url)
  await answer.body?.cancel()
  return answer.status
}

function failuresOf(node: RecordingNode): number {
  return node.log.fieldsOf('a recording has to be tried again').length
}
