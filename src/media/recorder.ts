import type { WavFile } from './codec/wav-file.ts'
import { frameSamples } from './rtp/rtp-sender.ts'

/** Audio is written once a second: what a killed process may lose. */
const blockFrames = 50

/**
 * Writes what is heard to a file, frame by frame. The frames come out of the jitter buffer and so are `delayFrames`
 * late; that many are left out at the start and asked for again at the end, so that the file begins at the moment of
 * recording and ends at the moment of stopping.
 */
export class Recorder {
  readonly #file: WavFile
  readonly #block = new Int16Array(blockFrames * frameSamples)
  #framesInBlock = 0
  #toLeaveOut: number
  readonly #delayFrames: number
  #stopped: Promise<{ durationMs: number }> | undefined

  constructor(file: WavFile, delayFrames: number) {
    this.#file = file
    this.#delayFrames = delayFrames
    this.#toLeaveOut = delayFrames
  }

  /** Takes the next frame; the samples are copied. A write that fails shows at `stop`. */
  hear(samples: Int16Array): void {
    if (this.#stopped !== undefined) return
    if (this.#toLeaveOut > 0) {
      this.#toLeaveOut--
      return
    }
    this.#block.set(samples, this.#framesInBlock * frameSamples)
    this.#framesInBlock++
    if (this.#framesInBlock === blockFrames) this.#flush()
  }

  /**
   * Writes the rest and closes the file. Safe to call twice.
   *
   * @param upcoming gives the frames that are still in the jitter buffer, counted from 0
   * @throws the first write error
   */
  stop(upcoming: (frame: number) => Int16Array): Promise<{ durationMs: number }> {
    if (this.#stopped === undefined) {
      // A recording shorter than the delay keeps only the part of the buffer that came within it.
      for (let frame = this.#toLeaveOut; frame < this.#delayFrames; frame++) {
        this.#toLeaveOut = 0
        this.hear(upcoming(frame))
      }
      this.#flush()
      this.#stopped = this.#file.close()
    }
    return this.#stopped
  }

  #flush(): void {
    if (this.#framesInBlock === 0) return
    // The file keeps the failure for `close`.
    this.#file.append(this.#block.subarray(0, this.#framesInBlock * frameSamples)).catch(() => undefined)
    this.#framesInBlock = 0
  }
}
