import type { RemoteMedia } from '../media.ts'
import type { TapFrames } from '../recording/frame-tap.ts'
import { TappedFrames } from '../recording/tapped-frames.ts'
import { parseRtp } from '../rtp/rtp-packet.ts'
import { inLaw } from './static-payload.ts'

/**
 * What one session sends, as its far end would hear it over a perfect line: prompts, tones and what is relayed from
 * another session, silence in between. It goes through a jitter buffer like what is heard, so that both can be
 * recorded side by side. Costs nothing while nobody listens.
 */
export class SentAudio {
  readonly #frames = new TappedFrames()
  #encoding: Pick<RemoteMedia, 'codec' | 'payloadType'> | undefined

  /** How audio is encoded from now on. */
  encodeAs(encoding: Pick<RemoteMedia, 'codec' | 'payloadType'>): void {
    this.#frames.decodeAs(encoding.codec)
    this.#encoding = encoding
  }

  /** Takes a packet that is sent; it is copied. */
  sent(packet: Buffer): void {
    if (this.#frames.listeners === 0 || this.#encoding === undefined) return
    const rtp = parseRtp(packet)
    const audio = rtp && inLaw(rtp.payload, rtp.payloadType, this.#encoding)
    if (rtp !== undefined && audio !== undefined) this.#frames.push(rtp.timestamp, audio)
  }

  /** Lets `frames` of 20 ms pass. */
  tick(frames: number): void {
    if (this.#frames.listeners === 0) return
    for (let frame = 0; frame < frames; frame++) this.#frames.next()
  }

  /** Gives every frame from now on. */
  readonly tap: TapFrames = (listener) => {
    if (this.#frames.listeners === 0) this.#frames.clear()
    return this.#frames.tap(listener)
  }

  /** Nothing more will be sent. */
  close(): void {
    this.#frames.close()
  }
}
