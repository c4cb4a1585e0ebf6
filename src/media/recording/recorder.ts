import type { WavFile } from '../codec/wav-file.ts'
import type { RecordingEnd } from '../media.ts'
import { frameSamples } from '../rtp/rtp-sender.ts'
import type { FrameTap, TapFrames } from './frame-tap.ts'

/** Audio is written once a second: what a killed process may lose. */
const blockFrames = 50
/** The second that is being filled, and one in which a channel may be ahead of another. */
const windowFrames = 2 * blockFrames

interface Channel {
  readonly index: number
  tap: FrameTap | undefined
  /** The moment of its next frame, in frames since the recording began; below zero while the delay passes. */
  position: number
}

/**
 * Writes what taps give to a file, a channel each, side by side in time. Frames come late by the depth of a jitter
 * buffer: that many are left out at the start and asked for at the end, so that every channel begins at the moment of
 * recording and ends at the moment of stopping. All taps are driven by one clock, so the count of frames is the time; a
 * channel whose stream ended is silent from there on, and one that lags more than a second is not waited for.
 */
export class Recorder {
  readonly #file: WavFile
  readonly #channels: readonly Channel[]
  /** Channels interleaved, from `#windowStart` on. */
  readonly #window: Int16Array
  #windowStart = 0
  #ended: Promise<void> | undefined

  /** @param taps one per channel of the file */
  constructor(file: WavFile, taps: readonly TapFrames[]) {
    this.#file = file
    this.#window = new Int16Array(windowFrames * frameSamples * taps.length)
    this.#channels = taps.map((tapFrames, index) => {
      const channel: Channel = { index, tap: undefined, position: 0 }
      const tap = tapFrames({
        hear: (samples) => this.#hear(channel, samples),
        ended: () => this.#finish(channel),
      })
      channel.tap = tap
      channel.position = -tap.delayFrames
      return channel
    })
  }

  /** Writes the rest and closes the file. Safe to call twice. @throws the first write error */
  async stop(): Promise<RecordingEnd> {
    await this.end()
    const { failure, durationMs, missedMs } = this.#file
    if (failure !== undefined) throw failure
    return missedMs === 0 ? { durationMs } : { durationMs, missedMs }
  }

  /** As `stop`, for those who have nothing to do with how it ended: the file tells a failure by itself. */
  end(): Promise<void> {
    if (this.#ended === undefined) {
      for (const channel of this.#channels) this.#finish(channel)
      const end = Math.max(this.#windowStart, ...this.#channels.map(({ position }) => position))
      this.#write(end - this.#windowStart)
      this.#ended = this.#file.close()
    }
    return this.#ended
  }

  #hear(channel: Channel, samples: Int16Array): void {
    const at = channel.position++
    while (at >= this.#windowStart + windowFrames) this.#write(blockFrames)
    // From before the recording, or of a channel that was not waited for.
    if (at < this.#windowStart) return
    this.#lay(samples, at - this.#windowStart, channel.index)
    if (this.#isBlockFull(channel)) this.#write(blockFrames)
  }

  /** Takes what is still in the buffer. A recording shorter than the delay keeps only what came within it. */
  #finish(channel: Channel): void {
    const tap = channel.tap
    if (tap === undefined) return
    channel.tap = undefined
    for (let frame = 0; frame < tap.delayFrames; frame++) this.#hear(channel, tap.upcoming(frame))
    tap.leave()
  }

  #isBlockFull(heard: Channel): boolean {
    const end = this.#windowStart + blockFrames
    return heard.position >= end && this.#channels.every(({ position, tap }) => position >= end || tap === undefined)
  }

  #lay(samples: Int16Array, frame: number, index: number): void {
    const channels = this.#channels.length
    let at = frame * frameSamples * channels + index
    for (let i = 0; i < frameSamples; i++) {
      this.#window[at] = samples[i] ?? 0
      at += channels
    }
  }

  #write(frames: number): void {
    if (frames === 0) return
    const samples = frames * frameSamples * this.#channels.length
    this.#file.append(this.#window.subarray(0, samples))
    this.#window.copyWithin(0, samples)
    this.#window.fill(0, this.#window.length - samples)
    this.#windowStart += frames
  }
}
