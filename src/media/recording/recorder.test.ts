import { describe, expect, it } from 'vitest'
import { WavFile, type WritableFile } from '../codec/wav-file.ts'
import { readWav } from '../codec/wav-reader.ts'
import type { FrameListener, TapFrames } from './frame-tap.ts'
import { Recorder } from './recorder.ts'

const delayFrames = 5

/** A stream whose frames carry their number; late by five frames. */
class CountingStream {
  #listener: FrameListener | undefined
  #next = 0
  hasLeft = false

  readonly tap: TapFrames = (listener) => {
    this.#listener = listener
    return {
      delayFrames,
      upcoming: (frame) => this.#frame(this.#next + frame),
      leave: () => {
        this.hasLeft = true
      },
    }
  }

  pass(frames: number): void {
    for (let i = 0; i < frames; i++) this.#listener?.hear(this.#frame(this.#next++))
  }

  end(): void {
    this.#listener?.ended?.()
  }

  #frame(number: number): Int16Array {
    return new Int16Array(160).fill(number)
  }
}

/** A file in memory that can fail. */
function memoryFile(): { file: WritableFile; bytes: () => Buffer; fail: (error: Error) => void } {
  let content = Buffer.alloc(0)
  let failure: Error | undefined
  const file: WritableFile = {
    async write(bytes, offset, length, position) {
      if (failure !== undefined) throw failure
      const grown = Buffer.alloc(Math.max(content.length, position + length))
      content.copy(grown)
      grown.set(bytes.subarray(offset, offset + length), position)
      content = grown
      return { bytesWritten: length }
    },
    truncate: async () => undefined,
    close: async () => undefined,
  }
  const fail = (error: Error) => {
    failure = error
  }
  return { file, bytes: () => content, fail }
}

async function recording(streams: readonly CountingStream[]) {
  const memory = memoryFile()
  const failures: string[] = []
  const file = await WavFile.create('memory', {
    channels: streams.length,
    failed: (error) => failures.push(error.message),
    openFile: async () => memory.file,
  })
  const taps = streams.map(({ tap }) => tap)
  const recorder = new Recorder(file, taps)
  /** The frame numbers of a channel as they stand in the file. */
  const frames = (channel: number) => {
    const { samples, channels } = readWav(memory.bytes())
    return Array.from({ length: samples.length / channels / 160 }, (_, i) => samples[i * 160 * channels + channel])
  }
  return { recorder, memory, failures, frames }
}

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('a recorder of two streams', () => {
  it('writes each second when both have it, and the rest at the end, without what came before and with what is late', async () => {
    const [left, right] = [new CountingStream(), new CountingStream()]
    const { recorder, frames } = await recording([left, right])
    left.pass(60)
    await settled()
    expect(frames(0)).toEqual([])
    right.pass(55)
    await settled()
    expect(frames(0)).toEqual(numbers(5, 55))
    expect(frames(1)).toEqual(numbers(5, 55))
    expect(await recorder.stop()).toEqual({ durationMs: 1200 })
    expect(frames(0)).toEqual(numbers(5, 65))
    expect(frames(1)).toEqual([...numbers(5, 60), 0, 0, 0, 0, 0])
    expect(left.hasLeft && right.hasLeft).toBe(true)
  })

  it('goes on with silence for one that ended, and does not wait for one that stands still', async () => {
    for (const ends of [true, false]) {
      const [left, right] = [new CountingStream(), new CountingStream()]
      const { recorder, frames } = await recording([left, right])
      left.pass(25)
      right.pass(25)
      if (ends) right.end()
      left.pass(480)
      await settled()
      expect(frames(0).length).toBeGreaterThanOrEqual(400)
      await recorder.stop()
      expect(frames(0)).toEqual(numbers(5, 510))
      const heard = ends ? numbers(5, 30) : numbers(5, 25)
      expect(frames(1)).toEqual([...heard, ...new Array(505 - heard.length).fill(0)])
    }
  })

  it('that cannot write any more says so once and at the end, and keeps what was written', async () => {
    const [left, right] = [new CountingStream(), new CountingStream()]
    const { recorder, memory, failures, frames } = await recording([left, right])
    for (const stream of [left, right]) stream.pass(60)
    await settled()
    memory.fail(new Error('no space left'))
    for (let second = 0; second < 5; second++) for (const stream of [left, right]) stream.pass(50)
    await settled()
    expect(failures).toEqual(['no space left'])
    await expect(recorder.stop()).rejects.toThrow('no space left')
    await recorder.end()
    expect(failures).toEqual(['no space left'])
    expect(frames(0)).toEqual(numbers(5, 55))
  })
})
