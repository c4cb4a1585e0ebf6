import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ObjectStore } from '../../src/recordings/object-store.ts'
import { Swift } from './objects/swift.ts'

const never = new AbortController().signal
let swift: Swift
let store: ObjectStore
let folder: string

beforeAll(async () => {
  swift = await Swift.start()
  store = new ObjectStore(swift.options)
  folder = await mkdtemp(join(tmpdir(), 'yuyin-objects-'))
})

afterAll(async () => {
  await swift.close()
  await rm(folder, { recursive: true, force: true })
})

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
  })
})
