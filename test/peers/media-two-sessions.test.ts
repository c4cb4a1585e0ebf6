import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLog } from '../../src/lib/log.ts'
import { readWav } from '../../src/media/codec/wav-reader.ts'
import { writeWav } from '../../src/media/codec/wav-writer.ts'
import type { LineFaults, Media, MediaSession, RemoteMedia } from '../../src/media/media.ts'
import { startMedia } from '../../src/media/start-media.ts'
import { findTones } from '../../src/media/tone/find-tones.ts'
import { makeTone } from '../../src/media/tone/make-tone.ts'

let media: Media
let folder: string

beforeAll(async () => {
  media = await startMedia({ ports: 0, log: silentLog, nice: true })
  folder = await mkdtemp(join(tmpdir(), 'media-'))
})
afterAll(async () => {
  await media.close()
  await rm(folder, { recursive: true })
})

async function tonePrompt(name: string, hertz: readonly number[], milliseconds: number): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, writeWav(makeTone(hertz, milliseconds)))
  return file
}

async function connected(host: string, more: Partial<RemoteMedia> = {}, faults?: LineFaults) {
  const one = await media.open({ label: 'one', host, ...(faults === undefined ? {} : { faults }) })
  const two = await media.open({ label: 'two', host })
  await one.connect(remoteOf(two, more))
  await two.connect(remoteOf(one, more))
  return { one, two }
}

function remoteOf(session: MediaSession, more: Partial<RemoteMedia>): RemoteMedia {
  const keys = { telephoneEventPayloadType: 101 }
  return { ...session.local, codec: 'PCMA', payloadType: 8, ...keys, direction: 'sendrecv', ...more }
}

const frequencies = async (file: string) =>
  findTones(readWav(await readFile(file)).samples).map((tone) => Math.round(tone.frequencyHz / 10) * 10)

describe('two sessions over sockets', () => {
  it.each([
    ['127.0.0.1', 'PCMA', 8],
    ['::1', 'PCMU', 0],
  ] as const)('hear the tones that the other plays, on %s in %s', async (host, codec, payloadType) => {
    const { one, two } = await connected(host, { codec, payloadType })
    const file = join(folder, `${codec}.wav`)
    const recording = await two.record(file)
    const files = [await tonePrompt('a.wav', [440], 300), await tonePrompt('b.wav', [1000], 300)]
    expect(await one.play({ files, times: 2, gapMs: 100, volume: 100 }).finished).toEqual({ end: 'complete' })
    await once(two, 'digit', { signal: pressing(one, '#') })
    await recording.stop()
    expect(await frequencies(file)).toEqual([440, 1000, 440, 1000])
    const [statistics] = await Promise.all([two.close(), one.close()])
    expect(statistics.packetsReceived).toBeGreaterThan(60)
    expect(statistics.packetsForeign).toBe(0)
  })

  it('press keys both ways, as events and as tones', async () => {
    for (const keys of [{ telephoneEventPayloadType: 101 }, {}]) {
      const one = await media.open({ label: 'one', host: '127.0.0.1' })
      const two = await media.open({ label: 'two', host: '127.0.0.1' })
      const wanted = { codec: 'PCMA', payloadType: 8, direction: 'sendrecv', ...keys } as const
      await one.connect({ ...two.local, ...wanted })
      await two.connect({ ...one.local, ...wanted })
      const heard: string[] = []
      one.on('digit', (key) => heard.push(`one ${key}`))
      two.on('digit', (key) => heard.push(`two ${key}`))
      const lastOfOne = nthDigit(one, 2)
      const lastOfTwo = nthDigit(two, 3)
      await one.press('19*')
      await two.press('0D')
      await Promise.all([lastOfOne, lastOfTwo])
      expect(heard.toSorted()).toEqual(['one 0', 'one D', 'two *', 'two 1', 'two 9'])
      await Promise.all([one.close(), two.close()])
    }
  })

  it('still understand each other over a bad line', async () => {
    const faults = { loss: 0.1, jitterMs: 40, duplicate: 0.1, reorder: 0.05, seed: 11 }
    const { one, two } = await connected('127.0.0.1', {}, faults)
    const file = join(folder, 'bad-line.wav')
    const recording = await two.record(file)
    const prompt = await tonePrompt('long.wav', [700], 3000)
    await one.play({ files: [prompt], times: 1, gapMs: 0, volume: 80 }).finished
    await once(two, 'digit', { signal: pressing(one, '5') })
    await recording.stop()
    const tones = findTones(readWav(await readFile(file)).samples)
    expect(tones.length).toBeGreaterThan(0)
    expect(tones.every((tone) => Math.abs(tone.frequencyHz - 700) < 15)).toBe(true)
    const { packetsLost, packetsReceived } = await two.close()
    expect(packetsLost / (packetsLost + packetsReceived)).toBeGreaterThan(0.03)
    await one.close()
  })

  it('are listened to and recorded side by side while they talk', async () => {
    const { one, two } = await connected('127.0.0.1')
    const pieces: Int16Array[] = []
    const listening = await two.listen((pcm) => pieces.push(pcm))
    const file = join(folder, 'both.wav')
    const recording = await one.recordCall(file, two)
    const [low, high] = [await tonePrompt('low.wav', [440], 500), await tonePrompt('high.wav', [1000], 500)]
    const round = { times: 1, gapMs: 0, volume: 100 }
    await Promise.all([one.play({ ...round, files: [low] }).finished, two.play({ ...round, files: [high] }).finished])
    await one.play({ ...round, files: [low], volume: 0 }).finished
    await listening.stop()
    await listening.stop()
    const { durationMs } = await recording.stop()
    expect(durationMs).toBeGreaterThanOrEqual(980)
    const { samples } = readWav(await readFile(file))
    for (const [channel, hertz] of [1000, 440].entries()) {
      const tones = findTones(samples.filter((_, i) => i % 2 === channel))
      expect(tones.every(({ frequencyHz }) => Math.abs(frequencyHz - hertz) < 10)).toBe(true)
      expect(tones.length).toBeGreaterThan(0)
    }
    expect(pieces.every((pcm) => pcm.length === 800)).toBe(true)
    const heard = findTones(Int16Array.from(pieces.flatMap((pcm) => [...pcm])))
    expect(heard.length).toBeGreaterThan(0)
    expect(heard.every(({ frequencyHz }) => Math.abs(frequencyHz - 440) < 10)).toBe(true)
    const count = pieces.length
    await Promise.all([one.close(), two.close()])
    expect(pieces.length).toBe(count)
  })

  it('tell why a prompt cannot be played or a recording cannot be made', async () => {
    const { one, two } = await connected('127.0.0.1')
    const missing = await one.play({ files: [join(folder, 'none.wav')], times: 1, gapMs: 0, volume: 100 }).finished
    expect(missing).toMatchObject({ end: 'failed', reason: expect.stringContaining('ENOENT') })
    await expect(two.record(join(folder, 'no', 'such.wav'))).rejects.toThrow('ENOENT')
    await expect(one.press('7q')).rejects.toThrow(RangeError)
    const left = await two.record(join(folder, 'left-running.wav'))
    await Promise.all([one.close(), two.close()])
    expect((await left.stop()).durationMs).toBeGreaterThanOrEqual(0)
    expect(readWav(await readFile(join(folder, 'left-running.wav'))).sampleRateHz).toBe(8000)
    await expect(one.connect(remoteOf(two, {}))).rejects.toThrow('closed')
  })
})

/** Presses a key; the signal never fires, it is there so that a failing press fails the wait. */
function pressing(session: MediaSession, key: string): AbortSignal {
  const controller = new AbortController()
  session.press(key).catch((error: Error) => controller.abort(error))
  return controller.signal
}

function nthDigit(session: MediaSession, count: number): Promise<void> {
  return new Promise((resolve) => {
    let heard = 0
    session.on('digit', () => {
      heard++
      if (heard === count) resolve()
    })
  })
}
