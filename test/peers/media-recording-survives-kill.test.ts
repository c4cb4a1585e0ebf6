import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { FakeClock } from '../../fakes/fake-clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { readWav } from '../../src/media/codec/wav-reader.ts'
import { writeWav } from '../../src/media/codec/wav-writer.ts'
import type { MediaSession, RemoteMedia } from '../../src/media/media.ts'
import { startMedia } from '../../src/media/start-media.ts'
import { findTones } from '../../src/media/tone/find-tones.ts'
import { makeTone } from '../../src/media/tone/make-tone.ts'

let media: Awaited<ReturnType<typeof startMedia>>
let folder: string

beforeAll(async () => {
  media = await startMedia({ ports: 0, log: silentLog })
  folder = await mkdtemp(join(tmpdir(), 'killed-recording-'))
})
afterAll(async () => {
  await media.close()
  await rm(folder, { recursive: true })
})

async function remoteOf(session: MediaSession): Promise<RemoteMedia> {
  return { ...session.local, codec: 'PCMA', payloadType: 8, direction: 'sendrecv' }
}

it('a disk that hangs ends no call: the wait for the recording is given up, sound goes on', async () => {
  const clock = new FakeClock()
  const patient = await startMedia({ ports: 0, log: silentLog, clock, pulseMs: 1e9 })
  const [here, there] = [
    await patient.open({ label: 'here', host: '127.0.0.1' }),
    await patient.open({ label: 'there', host: '127.0.0.1' }),
  ]
  await here.connect(await remoteOf(there))
  await there.connect(await remoteOf(here))
  // Whoever opens a pipe that nobody reads waits.
  const pipe = join(folder, 'hanging.wav')
  await promisify(execFile)('mkfifo', [pipe])
  const recording = expect(here.recordCall(pipe)).rejects.toThrow('did not answer within 10 s: recordCall')
  await clock.advance(10_000)
  await recording
  const { packetsReceived } = await here.statistics()
  await vi.waitFor(async () => expect((await here.statistics()).packetsReceived).toBeGreaterThan(packetsReceived), 5000)
  const reader = createReadStream(pipe)
  reader.resume()
  await once(reader, 'open')
  await patient.close()
  reader.destroy()
})

it('recordings leave no open file behind, and one that cannot be made is told', async () => {
  const openFiles = async () => (await readdir(`/proc/${media.pid}/fd`)).length
  const before = await openFiles()
  for (let n = 0; n < 20; n++) {
    const session = await media.open({ label: 'short', host: '127.0.0.1' })
    const left = await session.recordCall(join(folder, `short-${n}.wav`))
    await expect(session.recordCall(join(folder, 'no', 'such.wav'))).rejects.toThrow('ENOENT')
    await expect(session.recordCall('/dev/full')).rejects.toThrow('ENOSPC')
    await session.close()
    expect((await left.stop()).durationMs).toBeLessThan(1000)
  }
  expect(await openFiles()).toBeLessThanOrEqual(before + 2)
})

it('a recording whose process is killed with -9 is playable up to that second, by sox and by us', async () => {
  const [here, there] = [
    await media.open({ label: 'here', host: '127.0.0.1' }),
    await media.open({ label: 'there', host: '127.0.0.1' }),
  ]
  await here.connect(await remoteOf(there))
  await there.connect(await remoteOf(here))
  const prompt = join(folder, 'prompt.wav')
  await writeFile(prompt, writeWav(makeTone([440], 10_000)))
  here.play({ files: [prompt], times: 1, gapMs: 0, volume: 100 })
  there.play({ files: [prompt], times: 1, gapMs: 0, volume: 100 })
  const file = join(folder, 'call.wav')
  await here.recordCall(file)
  const twoSecondsBytes = 44 + 2 * 2 * 2 * 8000
  await vi.waitFor(async () => expect((await stat(file)).size).toBeGreaterThanOrEqual(twoSecondsBytes), 20_000)
  process.kill(media.pid ?? 0, 'SIGKILL')
  await once(here, 'lost')

  const { samples, channels, sampleRateHz } = readWav(await readFile(file))
  expect({ channels, sampleRateHz }).toEqual({ channels: 2, sampleRateHz: 8000 })
  expect(samples.length / 2 / sampleRateHz).toBeGreaterThanOrEqual(2)
  for (const channel of [0, 1]) {
    const [tone] = findTones(samples.filter((_, i) => i % 2 === channel))
    expect(tone?.frequencyHz).toBeCloseTo(440, -1)
    expect(tone?.toMs).toBeGreaterThan(1900)
  }
  // sox takes the header at its word and complains of what is cut off.
  const soxi = await promisify(execFile)('soxi', ['-D', file])
  expect(Number(soxi.stdout)).toBe(samples.length / 2 / 8000)
  expect(soxi.stderr).toBe('')
  const played = await promisify(execFile)('sox', [file, '-n', 'stat'])
  expect(played.stderr).toMatch(/Length \(seconds\):\s+[2-9]\./)
  expect(played.stderr).not.toContain('WARN')
})
