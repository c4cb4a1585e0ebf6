import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../../fakes/fake-clock.ts'
import { type Log, silentLog } from '../../lib/log.ts'
import { writeWav } from '../../media/codec/wav-writer.ts'
import { AudioCache } from './audio-cache.ts'
import { contentKey } from './content-key.ts'

let dir: string
let clock: FakeClock

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'audio-cache-'))
  clock = new FakeClock()
})

afterEach(() => rm(dir, { recursive: true }))

const key = (name: string) => contentKey('test', name)
const hour = 3_600_000
/** 100 ms of sound: 1,644 bytes. */
const wav = writeWav(new Int16Array(800).fill(7))

function open(mostBytes = 1_000_000, log: Log = silentLog): Promise<AudioCache> {
  return AudioCache.open({ dir, mostBytes, clock, log })
}

const never = () => Promise.reject(new Error('made again'))

describe('the audio cache', () => {
  it('makes a file once and says how long it lasts', async () => {
    const cache = await open()
    const made = await cache.get(key('a'), async () => wav)
    expect(await readFile(made.file)).toEqual(wav)
    expect(made.durationMs).toBe(100)
    expect(await cache.get(key('a'), never)).toEqual(made)
  })

  it('lets whoever comes during the making wait for it', async () => {
    const cache = await open()
    let finish = (_wav: Uint8Array) => {}
    let made = 0
    const make = () => {
      made += 1
      return new Promise<Uint8Array>((resolve) => {
        finish = resolve
      })
    }
    const all = Promise.all([cache.get(key('a'), make), cache.get(key('a'), make), cache.get(key('a'), make)])
    await clock.advance(0)
    finish(wav)
    expect(new Set((await all).map((one) => one.file)).size).toBe(1)
    expect(made).toBe(1)
  })

  it('tries again after a failure', async () => {
    const cache = await open()
    await expect(cache.get(key('a'), never)).rejects.toThrow('made again')
    expect((await cache.get(key('a'), async () => wav)).durationMs).toBe(100)
  })

  it('knows its files again after a restart, and clears half-written ones', async () => {
    const before = await open()
    const { file } = await before.get(key('a'), async () => wav)
    await writeFile(join(dir, `${key('b')}.1.0.part`), 'half')
    const after = await open()
    expect(await after.get(key('a'), never)).toEqual({ file, durationMs: 100 })
    expect(await readdir(dir)).toEqual([`${key('a')}.wav`])
  })

  it('makes a file again that somebody took away', async () => {
    const cache = await open()
    const { file } = await cache.get(key('a'), async () => wav)
    await rm(file)
    await clock.advance(60_000)
    await cache.get(key('a'), async () => wav)
    expect(await readFile(file)).toEqual(wav)
    expect(cache.size).toEqual({ files: 1, bytes: wav.length })
  })
})

describe('a full cache', () => {
  it('removes what was not used longest', async () => {
    const cache = await open(wav.length * 3)
    for (const name of ['a', 'b', 'c']) await cache.get(key(name), async () => wav)
    await cache.get(key('a'), never)
    await clock.advance(hour)
    await cache.get(key('d'), async () => wav)
    expect(new Set(await readdir(dir))).toEqual(new Set([`${key('a')}.wav`, `${key('d')}.wav`]))
    expect(cache.size).toEqual({ files: 2, bytes: 2 * wav.length })
  })

  it('never removes what was handed out within the hour, and says so', async () => {
    const warnings: string[] = []
    const cache = await open(wav.length, { ...silentLog, warn: (_fields, message) => void warnings.push(message) })
    for (const name of ['a', 'b', 'c']) await cache.get(key(name), async () => wav)
    expect(await readdir(dir)).toHaveLength(3)
    expect(warnings).toEqual(['speech cache is over its limit: all of it was used within the hour'])
  })

  it('counts what it finds at start, oldest first', async () => {
    const before = await open()
    for (const [index, name] of ['a', 'b', 'c'].entries()) {
      const { file } = await before.get(key(name), async () => wav)
      await utimes(file, 1000 - index, 1000 - index)
    }
    const after = await open(wav.length * 3)
    await after.get(key('d'), async () => wav)
    expect(new Set(await readdir(dir))).toEqual(new Set([`${key('a')}.wav`, `${key('d')}.wav`]))
  })

  it('can make at once again what it removed', async () => {
    const cache = await open(wav.length)
    await cache.get(key('a'), async () => wav)
    await clock.advance(hour)
    const [, a] = await Promise.all([cache.get(key('b'), async () => wav), cache.get(key('a'), async () => wav)])
    expect(await readFile(a.file)).toEqual(wav)
  })
})

describe('content keys', () => {
  it('do not let parts run together', () => {
    expect(contentKey('k', 'ab', 'c')).not.toBe(contentKey('k', 'a', 'bc'))
    expect(contentKey('k', 1)).toMatch(/^[0-9a-f]{40}$/)
    expect(contentKey('k', Buffer.from('x'))).toBe(contentKey('k', 'x'))
  })
})
