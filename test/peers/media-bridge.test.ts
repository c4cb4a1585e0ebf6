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
  folder = await mkdtemp(join(tmpdir(), 'bridge-'))
})
afterAll(async () => {
  await media.close()
  await rm(folder, { recursive: true })
})

/** A session of the gateway and the telephone at its other end. */
async function line(more: Partial<RemoteMedia> = {}, faults?: LineFaults) {
  const here = await media.open({ label: 'here', host: '127.0.0.1' })
  const phone = await media.open({ label: 'phone', host: '127.0.0.1', ...(faults === undefined ? {} : { faults }) })
  await here.connect({ ...phone.local, ...aLaw, ...more })
  await phone.connect({ ...here.local, ...aLaw, ...more })
  return { here, phone }
}

const aLaw = { codec: 'PCMA', payloadType: 8, telephoneEventPayloadType: 101, direction: 'sendrecv' } as const
const muLaw = { codec: 'PCMU', payloadType: 0, telephoneEventPayloadType: 96 } as const

async function tone(hertz: number, milliseconds: number) {
  const file = join(folder, `${hertz}-${milliseconds}.wav`)
  await writeFile(file, writeWav(makeTone([hertz], milliseconds)))
  return { files: [file], times: 1, gapMs: 0, volume: 100 }
}

async function tonesIn(file: string): Promise<number[]> {
  const { samples } = readWav(await readFile(file))
  return findTones(samples).map(({ frequencyHz }) => Math.round(frequencyHz / 10) * 10)
}

const closeAll = (...sessions: MediaSession[]) => Promise.all(sessions.map((session) => session.close()))

describe('two phones through a bridge of the media process', () => {
  it.each([
    ['in the same law', aLaw],
    ['in two laws', muLaw],
  ])('hear each other and each other’s keys, %s', async (_, law) => {
    const [left, right] = [await line(), await line(law)]
    const bridge = await media.bridge(left.here, right.here)
    const [leftFile, rightFile] = [join(folder, 'left.wav'), join(folder, 'right.wav')]
    const recordings = [await left.phone.record(leftFile), await right.phone.record(rightFile)]
    const ends = [left.phone.play(await tone(440, 400)), right.phone.play(await tone(1000, 400))]
    for (const { finished } of ends) expect(await finished).toEqual({ end: 'complete' })
    const keys = [once(right.phone, 'digit'), once(left.here, 'digit')]
    await left.phone.press('7')
    for (const key of keys) expect((await key)[0]).toBe('7')
    await Promise.all(recordings.map((recording) => recording.stop()))
    expect(await tonesIn(rightFile)).toEqual([440])
    expect(await tonesIn(leftFile)).toEqual([1000])
    expect((await right.phone.statistics()).packetsLost).toBe(0)
    await bridge.close()
    await closeAll(left.here, left.phone, right.here, right.phone)
  })

  it('hear a prompt instead of each other, and each other again behind it', async () => {
    const [left, right] = [await line(), await line()]
    const bridge = await media.bridge(left.here, right.here)
    const file = join(folder, 'prompt.wav')
    const recording = await right.phone.record(file)
    const talk = left.phone.play(await tone(440, 1500))
    await left.here.play(await tone(700, 300)).finished
    await right.here.play(await tone(1000, 300)).finished
    await talk.finished
    await recording.stop()
    expect(await tonesIn(file)).toEqual([440, 1000, 440])
    await bridge.close()
    await closeAll(left.here, left.phone, right.here, right.phone)
  })

  it('hear what a bad line left over, and no more losses than it made', async () => {
    const [left, right] = [
      await line({}, { loss: 0.1, reorder: 0.05, duplicate: 0.1, jitterMs: 30, seed: 4 }),
      await line(),
    ]
    const bridge = await media.bridge(left.here, right.here)
    await left.phone.play(await tone(440, 2000)).finished
    const [lostHere, lostThere] = [await left.here.statistics(), await right.phone.statistics()]
    expect(lostHere.packetsLost).toBeGreaterThan(2)
    expect(Math.abs(lostThere.packetsLost - lostHere.packetsLost)).toBeLessThanOrEqual(2)
    await bridge.close()
    await closeAll(left.here, left.phone, right.here, right.phone)
  })

  it('are parted by the bridge and by the end of either session, and nothing is left of it', async () => {
    const [left, right] = [await line(), await line()]
    const first = await media.bridge(left.here, right.here)
    await expect(media.bridge(right.here, left.here)).rejects.toThrow(RangeError)
    await expect(media.bridge(left.here, left.here)).rejects.toThrow(RangeError)
    expect((await media.statistics()).bridges).toBe(1)
    await first.close()
    await first.close()
    const second = await media.bridge(right.here, left.here)
    await left.here.close()
    expect((await media.statistics()).bridges).toBe(0)
    await second.close()
    await expect(media.bridge(left.here, right.here)).rejects.toThrow(RangeError)
    const recordingFile = join(folder, 'parted.wav')
    const recording = await right.phone.record(recordingFile)
    await right.here.play(await tone(1000, 200)).finished
    await recording.stop()
    expect(await tonesIn(recordingFile)).toEqual([1000])
    await closeAll(left.phone, right.here, right.phone)
    expect(await media.statistics()).toMatchObject({ sessions: 0, playbacks: 0, bridges: 0 })
  })
})
