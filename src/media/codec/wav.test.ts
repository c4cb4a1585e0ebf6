import { copyFile, mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WavFile } from './wav-file.ts'
import { formatTags, NotWav, wavHeader } from './wav-format.ts'
import { readWav, toMono } from './wav-reader.ts'
import { writeWav } from './wav-writer.ts'

const samplesOf = fc.array(fc.integer({ min: -32768, max: 32767 })).map((values) => Int16Array.from(values))

/** A WAV file with any format chunk, an unknown chunk of odd length before its data, and `data` as it is. */
function wavWith(tag: number, bits: number, channels: number, data: Buffer): Buffer {
  const header = wavHeader(data.length, 16_000)
  header.writeUInt16LE(tag, 20)
  header.writeUInt16LE(channels, 22)
  header.writeUInt16LE(bits, 34)
  const odd = Buffer.from([...Buffer.from('LIST'), 3, 0, 0, 0, 1, 2, 3, 0])
  return Buffer.concat([header.subarray(0, 36), odd, header.subarray(36), data])
}

describe('a WAV file', () => {
  it('gives back what was written', () => {
    fc.assert(
      fc.property(samplesOf, fc.constantFrom(8000, 16_000, 44_100), (samples, rate) => {
        expect(readWav(writeWav(samples, rate))).toEqual({ sampleRateHz: rate, channels: 1, samples })
      }),
    )
  })

  const float = Buffer.alloc(12)
  float.writeFloatLE(0.5, 0)
  float.writeFloatLE(-2, 4)
  float.writeFloatLE(Number.NaN, 8)
  it.each([
    ['8-bit PCM', formatTags.pcm, 8, Buffer.of(128, 255, 0), [0, 32512, -32768]],
    ['24-bit PCM', formatTags.pcm, 24, Buffer.of(9, 0x34, 0x12, 9, 0, 0x80), [0x1234, -32768]],
    ['32-bit PCM', formatTags.pcm, 32, Buffer.of(9, 9, 0x34, 0x12), [0x1234]],
    ['float', formatTags.float, 32, float, [16384, -32768, 0]],
    ['A-law', formatTags.alaw, 8, Buffer.of(0xd5, 0x2a), [8, -32256]],
    ['µ-law', formatTags.mulaw, 8, Buffer.of(0xff, 0x80), [0, 32124]],
  ])('may hold %s', (_, tag, bits, data, expected) => {
    expect([...readWav(wavWith(tag, bits, 1, data)).samples]).toEqual(expected)
  })

  it('mixes its channels to one by their mean', () => {
    const stereo = readWav(wavWith(formatTags.pcm, 16, 2, Buffer.from(Int16Array.of(100, 300, -5, -7).buffer)))
    expect([...toMono(stereo)]).toEqual([200, -6])
  })

  it('that was cut off gives what is there', () => {
    const cut = writeWav(Int16Array.of(1, 2, 3, 4)).subarray(0, 49)
    expect([...readWav(cut).samples]).toEqual([1, 2])
  })

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('ID3 this is not a wave file at all, is it')],
    ['no data chunk', wavHeader(0, 8000).subarray(0, 36)],
    ['an unknown encoding', wavWith(0x55, 16, 1, Buffer.alloc(4))],
    ['an unknown width', wavWith(formatTags.pcm, 12, 1, Buffer.alloc(4))],
    ['no channel', wavWith(formatTags.pcm, 16, 0, Buffer.alloc(4))],
  ])('is refused when it holds %s', (_, bytes) => {
    expect(() => readWav(bytes)).toThrow(NotWav)
  })

  it('never fails otherwise, whatever its bytes are', () => {
    const head = fc.constantFrom(wavHeader(100, 8000), wavHeader(3, 8000).subarray(0, 20), Buffer.alloc(0))
    fc.assert(
      fc.property(head, fc.uint8Array(), (start, rest) => {
        try {
          readWav(Buffer.concat([start, rest]))
        } catch (error) {
          expect(error).toBeInstanceOf(NotWav)
        }
      }),
    )
  })
})

describe('a growing WAV file', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wav-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('is playable after every append, not only after it was closed', async () => {
    const path = join(folder, 'call.wav')
    const file = await WavFile.create(path)
    expect(readWav(await readFile(path)).samples).toHaveLength(0)
    file.append(Int16Array.of(1, 2, 3))
    await file.written()
    await copyFile(path, join(folder, 'killed-now.wav'))
    file.append(Int16Array.of(4))
    file.append(Int16Array.of(5))
    await file.close()
    await file.close()
    expect([file.durationMs, file.failure]).toEqual([0.625, undefined])
    expect([...readWav(await readFile(join(folder, 'killed-now.wav'))).samples]).toEqual([1, 2, 3])
    expect([...readWav(await readFile(path)).samples]).toEqual([1, 2, 3, 4, 5])
  })

  it('leaves out what a slow disk cannot take, in its place, and says how much', async () => {
    const path = join(folder, 'slow.wav')
    const disk = await open(path, 'w')
    let speedUp = () => {}
    const isFast = new Promise<void>((resolve) => {
      speedUp = resolve
    })
    let isSlow = false
    const slowFile = {
      write: async (bytes: Uint8Array, offset: number, length: number, position: number) => {
        if (isSlow) await isFast
        // A part only, as a disk may: the rest is written after it.
        return await disk.write(bytes, offset, Math.min(length, 10_000), position)
      },
      truncate: (length: number) => disk.truncate(length),
      close: () => disk.close(),
    }
    const file = await WavFile.create(path, { channels: 2, openFile: async () => slowFile })
    isSlow = true
    const second = new Int16Array(16_000)
    for (let n = 1; n <= 20; n++) file.append(second.fill(n))
    expect(file.missedMs).toBe(4000)
    speedUp()
    await file.close()
    expect([file.durationMs, file.failure]).toEqual([20_000, undefined])
    const { samples, channels } = readWav(await readFile(path))
    expect(channels).toBe(2)
    expect(Array.from({ length: 20 }, (_, n) => samples[n * 16_000 + 8000])).toEqual([
      ...Array.from({ length: 16 }, (_, n) => n + 1),
      ...[0, 0, 0, 0],
    ])
  })

  const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' })

  it('tells a full disk once, and stays as it was', async () => {
    let writes = 0
    let isFull = false
    const told: Error[] = []
    const openFile = async () => ({
      write: async (_bytes: Uint8Array, _offset: number, length: number) => {
        writes++
        if (isFull) throw full
        return { bytesWritten: length }
      },
      truncate: async () => undefined,
      close: async () => undefined,
    })
    const file = await WavFile.create('anywhere.wav', { openFile, failed: (error) => told.push(error) })
    isFull = true
    file.append(Int16Array.of(1))
    file.append(Int16Array.of(2))
    await file.written()
    expect([told, file.failure, writes]).toEqual([[full], full, 2])
    isFull = false
    file.append(Int16Array.of(3))
    await file.close()
    expect([told, file.failure, writes]).toEqual([[full], full, 2])
  })

  it('tells a disk that is found full when the file is closed', async () => {
    const told: Error[] = []
    const openFile = async () => ({
      write: async (_bytes: Uint8Array, _offset: number, length: number) => ({ bytesWritten: length }),
      truncate: async () => undefined,
      close: () => Promise.reject(full),
    })
    const file = await WavFile.create('anywhere.wav', { openFile, failed: (error) => told.push(error) })
    await file.close()
    expect([told, file.failure]).toEqual([[full], full])
  })

  it('cannot be made in a folder that is not there', async () => {
    await expect(WavFile.create(join(folder, 'no', 'such.wav'))).rejects.toThrow('ENOENT')
  })
})
