import { WavFile } from '../codec/wav-file.ts'
import type { TapFrames } from './frame-tap.ts'
import { Recorder } from './recorder.ts'

/** A recording that runs. */
export type RunningRecording = Pick<Recorder, 'stop'>

/** The recordings of one session: they end with it. */
export class Recordings {
  readonly #failed: (error: Error) => void
  readonly #running = new Set<Recorder>()

  /** @param failed a file cannot be written any further; once for each, and whoever stops it hears of it too */
  constructor(failed: (error: Error) => void) {
    this.#failed = failed
  }

  /**
   * Records what the taps give, a channel each, from when the file was made.
   *
   * @throws the file system's error when the file cannot be made
   */
  async begin(path: string, taps: readonly TapFrames[]): Promise<RunningRecording> {
    const recorder = new Recorder(await WavFile.create(path, { channels: taps.length, failed: this.#failed }), taps)
    this.#running.add(recorder)
    return {
      stop: () => {
        this.#running.delete(recorder)
        return recorder.stop()
      },
    }
  }

  /** Completes all files. */
  async close(): Promise<void> {
    await Promise.all([...this.#running].map((recorder) => recorder.end()))
  }
}
