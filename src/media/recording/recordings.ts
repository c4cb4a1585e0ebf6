import { WavFile } from '../codec/wav-file.ts'
import type { RecordingEnd } from '../media.ts'
import type { TapFrames } from './frame-tap.ts'
import { Recorder, type RecorderEvents } from './recorder.ts'

/** A recording that runs. */
export interface RunningRecording {
  /** Completes the file. Safe to call twice. @throws the first write error */
  stop(): Promise<RecordingEnd>
}

/** The recordings of one session: they end with it. */
export class Recordings {
  readonly #events: RecorderEvents
  readonly #running = new Set<RunningRecording>()

  constructor(events: RecorderEvents) {
    this.#events = events
  }

  /**
   * Records what the taps give, a channel each, from when the file was made.
   *
   * @throws the file system's error when the file cannot be made
   */
  async begin(path: string, taps: readonly TapFrames[]): Promise<RunningRecording> {
    const recorder = new Recorder(await WavFile.create(path, taps.length), taps, this.#events)
    const recording: RunningRecording = {
      stop: async () => {
        this.#running.delete(recording)
        const { durationMs } = await recorder.stop()
        return recorder.missedMs === 0 ? { durationMs } : { durationMs, missedMs: recorder.missedMs }
      },
    }
    this.#running.add(recording)
    return recording
  }

  /** Completes all files. A recording that failed tells whoever stops it. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#running].map((recording) => recording.stop()))
  }
}
