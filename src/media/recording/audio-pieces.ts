import { frameSamples } from '../rtp/rtp-sender.ts'
import type { FrameListener } from './frame-tap.ts'

/** Frames in a piece: 100 ms, seldom enough to pass between processes, often enough to answer speech. */
const pieceFrames = 5

/** Collects frames into pieces of 100 ms for whoever listens from another process. */
export class AudioPieces implements FrameListener {
  readonly #give: (pcm: Int16Array) => void
  #piece = new Int16Array(pieceFrames * frameSamples)
  #frames = 0

  /** @param give takes a piece (8 kHz, 16-bit, mono), to keep */
  constructor(give: (pcm: Int16Array) => void) {
    this.#give = give
  }

  hear(samples: Int16Array): void {
    this.#piece.set(samples, this.#frames * frameSamples)
    this.#frames++
    if (this.#frames === pieceFrames) this.#pass()
  }

  /** The last piece may be shorter. */
  ended(): void {
    if (this.#frames > 0) this.#pass()
  }

  #pass(): void {
    this.#give(this.#piece.subarray(0, this.#frames * frameSamples))
    this.#piece = new Int16Array(pieceFrames * frameSamples)
    this.#frames = 0
  }
}
