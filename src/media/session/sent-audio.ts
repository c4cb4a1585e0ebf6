import { type G711, g711 } from '../codec/g711.ts'
import { JitterBuffer } from '../jitter-buffer.ts'
import type { RemoteMedia } from '../media.ts'
import { FrameListeners, type FrameTap, type TapFrames } from '../recording/frame-tap.ts'
import { parseRtp } from '../rtp/rtp-packet.ts'
import { frameMs, frameSamples } from '../rtp/rtp-sender.ts'
import { inLaw } from './static-payload.ts'

/**
 * What one session sends, as its far end would hear it over a perfect line: prompts, tones and what is relayed from
 * another session, silence in between. It goes through a jitter buffer like what is heard, so that both can be
 * recorded side by side. Costs nothing while nobody listens.
 */
export class SentAudio {
  readonly #listeners = new FrameListeners()
  readonly #encoded = new Uint8Array(frameSamples)
  readonly #samples = new Int16Array(frameSamples)
  #encoding: Pick<RemoteMedia, 'codec' | 'payloadType'> | undefined
  #law: G711 = g711('PCMA')
  #buffer = new JitterBuffer({ silence: this.#law.silence })
  #isClosed = false

  /** How audio is encoded from now on. */
  encodeAs(encoding: Pick<RemoteMedia, 'codec' | 'payloadType'>): void {
    if (this.#encoding?.codec !== encoding.codec) {
      this.#law = g711(encoding.codec)
      this.#buffer = new JitterBuffer({ silence: this.#law.silence })
    }
    this.#encoding = encoding
  }

  /** Takes a packet that is sent; it is copied. */
  sent(packet: Buffer): void {
    if (this.#listeners.size === 0 || this.#encoding === undefined) return
    const rtp = parseRtp(packet)
    const audio = rtp && inLaw(rtp.payload, rtp.payloadType, this.#encoding)
    if (rtp !== undefined && audio !== undefined) this.#buffer.push(rtp.timestamp, audio)
  }

  /** Lets `frames` of 20 ms pass. */
  tick(frames: number): void {
    if (this.#listeners.size === 0) return
    for (let frame = 0; frame < frames; frame++) {
      this.#buffer.pop(this.#encoded)
      this.#law.decodeInto(this.#encoded, this.#samples, 0)
      this.#listeners.hear(this.#samples)
    }
  }

  readonly tap: TapFrames = (listener) => {
    if (this.#listeners.size === 0) this.#buffer.clear()
    const tap: FrameTap = {
      delayFrames: Math.round(this.#buffer.delayMs / frameMs),
      upcoming: (frame) => {
        this.#buffer.peek(frame, this.#encoded)
        this.#law.decodeInto(this.#encoded, this.#samples, 0)
        return this.#samples
      },
      leave: () => this.#listeners.remove(listener),
    }
    if (!this.#isClosed) this.#listeners.add(listener)
    return tap
  }

  /** Nothing more will be sent. */
  close(): void {
    this.#isClosed = true
    this.#listeners.end()
  }
}
