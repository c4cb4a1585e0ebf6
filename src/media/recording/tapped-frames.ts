import { type G711, g711 } from '../codec/g711.ts'
import { JitterBuffer } from '../jitter-buffer.ts'
import type { AudioCodec } from '../media.ts'
import { frameMs, frameSamples } from '../rtp/rtp-sender.ts'
import type { FrameListener, FrameTap } from './frame-tap.ts'

/** The audio of one stream: packets go into a jitter buffer, frames of 20 ms come out of it and to whoever listens. */
export class TappedFrames {
  readonly #listeners = new Set<FrameListener>()
  /** Kept beside the set: every line asks for it every 20 ms, and the set's own is three places of memory away. */
  #size = 0
  readonly #encoded = new Uint8Array(frameSamples)
  readonly #samples = new Int16Array(frameSamples)
  #law: G711 = g711('PCMA')
  #buffer = new JitterBuffer({ silence: this.#law.silence })
  #lateBefore = 0
  #isClosed = false

  /** How many listen. */
  get listeners(): number {
    return this.#size
  }

  /** Packets that came after their time, of all codecs together. */
  get packetsLate(): number {
    return this.#lateBefore + this.#buffer.packetsLate
  }

  /** In which codec audio is pushed from now on; with another one the stream begins anew. */
  decodeAs(codec: AudioCodec): void {
    if (codec === this.#law.codec) return
    this.#law = g711(codec)
    this.#lateBefore += this.#buffer.packetsLate
    this.#buffer = new JitterBuffer({ silence: this.#law.silence })
  }

  /** Takes the audio of a packet; it is copied. */
  push(timestamp: number, audio: Uint8Array): void {
    this.#buffer.push(timestamp, audio)
  }

  /** Forgets what waits: the next packet begins a stream. */
  clear(): void {
    this.#buffer.clear()
  }

  /** Lets 20 ms pass that nobody wants to hear. */
  skip(): void {
    this.#buffer.pop()
  }

  /** Gives the next 20 ms to whoever listens. @returns them, valid until the next call; undefined before a stream began */
  next(): Int16Array | undefined {
    const hasBegun = this.#buffer.pop(this.#encoded)
    if (!hasBegun && this.#size === 0) return undefined
    this.#law.decodeInto(this.#encoded, this.#samples, 0)
    for (const listener of this.#listeners) listener.hear(this.#samples)
    return hasBegun ? this.#samples : undefined
  }

  /** Gives every frame from now on, silence where packets are missing. */
  tap(listener: FrameListener): FrameTap {
    if (!this.#isClosed) this.#listeners.add(listener)
    this.#size = this.#listeners.size
    return {
      delayFrames: Math.round(this.#buffer.delayMs / frameMs),
      upcoming: (frame) => {
        this.#buffer.peek(frame, this.#encoded)
        this.#law.decodeInto(this.#encoded, this.#samples, 0)
        return this.#samples
      },
      leave: () => {
        this.#listeners.delete(listener)
        this.#size = this.#listeners.size
      },
    }
  }

  /** Tells everybody that the stream is over. */
  close(): void {
    this.#isClosed = true
    const listeners = [...this.#listeners]
    this.#listeners.clear()
    this.#size = 0
    for (const listener of listeners) listener.ended?.()
  }
}
