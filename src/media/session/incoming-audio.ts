import { EventReceiver } from '../dtmf/event-receiver.ts'
import { ToneDetector } from '../dtmf/tone-detector.ts'
import type { RemoteMedia } from '../media.ts'
import type { TapFrames } from '../recording/frame-tap.ts'
import { TappedFrames } from '../recording/tapped-frames.ts'
import type { ReceptionStatistics } from '../rtp/reception-statistics.ts'
import type { RtpPacket } from '../rtp/rtp-packet.ts'
import { StreamSource } from '../rtp/stream-source.ts'
import type { Onward } from './relayed-audio.ts'
import { inLaw, lawOf } from './static-payload.ts'

export interface IncomingEvents {
  /** A key goes down. */
  keyDown?: (key: string) => void
  /** It is released. */
  digit: (key: string, durationMs: number) => void
  /** The first packet that was accepted. */
  heard: () => void
}

/**
 * What one session hears: packets of the far end are counted (is it new), then go to the jitter buffer or to the keys;
 * every 20 ms a frame goes from the buffer to whoever listens.
 *
 *     wire → statistics → jitter buffer → listeners, tone detector
 *                                             ↘ telephone events
 */
export class IncomingAudio {
  readonly #events: IncomingEvents
  readonly #source = new StreamSource()
  readonly #eventKeys: EventReceiver
  readonly #toneKeys: ToneDetector
  readonly #frames = new TappedFrames()
  #remote: RemoteMedia | undefined
  #packetsForeign = 0
  #hasHeard = false
  #onward: Onward | undefined

  constructor(events: IncomingEvents) {
    this.#events = events
    this.#eventKeys = new EventReceiver(events.digit, events.keyDown)
    this.#toneKeys = new ToneDetector(events.digit, events.keyDown)
  }

  /** In which codec the far end is heard from now on. @param isElsewhere whether it may be another source */
  expect(remote: RemoteMedia, isElsewhere: boolean): void {
    if (this.#isPassingBy) this.#frames.clear()
    this.#frames.decodeAs(remote.codec)
    if (isElsewhere) this.#source.expectAnother()
    this.#remote = remote
  }

  /** Sends every packet that is heard on to the other side of a bridge, from now on; undefined ends it. */
  sendOn(onward: Onward | undefined): void {
    if (this.#isPassingBy) this.#frames.clear()
    this.#onward = onward
  }

  /** Reception of the present source, for reports. */
  get reception(): ReceptionStatistics | undefined {
    return this.#source.statistics
  }

  get counters() {
    const { packetsReceived, packetsLost, jitterMs, jitterMeanMs, jitterMaxMs } = this.#source
    const { packetsLate } = this.#frames
    const packetsForeign = this.#packetsForeign
    return { packetsReceived, packetsLost, packetsLate, packetsForeign, jitterMs, jitterMeanMs, jitterMaxMs }
  }

  /** Takes a packet of the far end. @param datagram what it was read from */
  receive(packet: RtpPacket, datagram: Buffer, nowMs: number): void {
    const remote = this.#remote
    if (remote === undefined) return
    const said = this.#source.arrive(packet.ssrc, packet.sequence)
    if (said === 'stranger') this.#packetsForeign++
    if (said === 'stranger' || said === 'duplicate' || said === 'jump') return
    if (said === 'new source') {
      this.#frames.clear()
      this.#eventKeys.restart()
    }
    this.#hear(packet, remote, nowMs)
    // Last: what is sent on is changed in place.
    if (this.#onward !== undefined) sendOn(this.#onward, packet, datagram, remote, nowMs)
    if (!this.#hasHeard) {
      this.#hasHeard = true
      this.#events.heard()
    }
  }

  /** Lets `frames` of 20 ms pass. */
  tick(frames: number, nowMs: number): void {
    if (!this.#hasHeard && this.#frames.listeners === 0) return
    this.#eventKeys.tick(nowMs)
    if (this.#isPassingBy) return
    const listensForTones = this.#remote !== undefined && this.#remote.telephoneEventPayloadType === undefined
    for (let frame = 0; frame < frames; frame++) {
      if (this.#frames.listeners === 0 && !listensForTones) {
        this.#frames.skip()
        continue
      }
      const heard = this.#frames.next()
      if (listensForTones && heard !== undefined) this.#toneKeys.hear(heard)
    }
  }

  /** Whether something here waits for frames to pass. */
  get needsTime(): boolean {
    return !this.#isPassingBy || this.#eventKeys.isHeld
  }

  /** Gives every frame from now on, silence where packets are missing. */
  readonly tap: TapFrames = (listener) => {
    if (this.#isPassingBy) this.#frames.clear()
    return this.#frames.tap(listener)
  }

  /** Nothing more is heard. */
  close(): void {
    this.#frames.close()
  }

  #hear(packet: RtpPacket, remote: RemoteMedia, nowMs: number): void {
    if (packet.payloadType === remote.telephoneEventPayloadType) {
      this.#eventKeys.receive(packet.timestamp, packet.payload, nowMs)
      return
    }
    const audio = inLaw(packet.payload, packet.payloadType, remote)
    // Comfort noise and other types that nobody negotiated count as received and are not heard.
    if (audio === undefined) return
    this.#source.statistics?.transit(packet.timestamp, nowMs)
    if (!this.#isPassingBy) this.#frames.push(packet.timestamp, audio)
  }

  /** Whether it goes on to the other side of a bridge and nobody here wants it in order and in pace. */
  get #isPassingBy(): boolean {
    const listensForTones = this.#remote?.telephoneEventPayloadType === undefined
    return this.#onward !== undefined && this.#frames.listeners === 0 && !listensForTones
  }
}

function sendOn(onward: Onward, packet: RtpPacket, datagram: Buffer, remote: RemoteMedia, nowMs: number): void {
  if (packet.payloadType === remote.telephoneEventPayloadType) {
    onward.event(packet, datagram, nowMs)
    return
  }
  const law = lawOf(packet.payloadType, remote)
  if (law === undefined) onward.other(packet, nowMs)
  else onward.audio(packet, datagram, law, nowMs)
}
