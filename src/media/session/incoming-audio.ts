import { type G711, g711 } from '../codec/g711.ts'
import type { WavFile } from '../codec/wav-file.ts'
import { EventReceiver } from '../dtmf/event-receiver.ts'
import { ToneDetector } from '../dtmf/tone-detector.ts'
import { JitterBuffer } from '../jitter-buffer.ts'
import type { RemoteMedia } from '../media.ts'
import { Recorder } from '../recorder.ts'
import type { ReceptionStatistics } from '../rtp/reception-statistics.ts'
import { parseRtp, type RtpPacket } from '../rtp/rtp-packet.ts'
import { frameMs, frameSamples } from '../rtp/rtp-sender.ts'
import { SourceLock } from '../rtp/source-lock.ts'
import { StreamSource } from '../rtp/stream-source.ts'
import { inLaw, isNegotiated } from './static-payload.ts'

export interface IncomingEvents {
  /** A key goes down. */
  keyDown?: (key: string) => void
  /** It is released. */
  digit: (key: string, durationMs: number) => void
  /** The first packet that was accepted. */
  heard: () => void
}

/** A recording that runs. */
export interface RunningRecording {
  /** @returns milliseconds of audio in the file, once it is complete. @throws the first write error */
  stop(): Promise<{ durationMs: number }>
}

/**
 * What one session hears: datagrams are judged (is it RTP, is it from the negotiated source, is it new), then go to
 * the jitter buffer or to the keys; every 20 ms a frame goes from the buffer to whoever listens.
 *
 *     socket → RTP → source lock → statistics → jitter buffer → recorders, tone detector
 *                                             ↘ telephone events
 */
export class IncomingAudio {
  readonly #events: IncomingEvents
  readonly #source = new StreamSource()
  readonly #eventKeys: EventReceiver
  readonly #toneKeys: ToneDetector
  readonly #recorders = new Set<Recorder>()
  readonly #encoded = new Uint8Array(frameSamples)
  readonly #samples = new Int16Array(frameSamples)
  #law: G711 = g711('PCMA')
  #buffer = new JitterBuffer({ silence: this.#law.silence })
  #remote: RemoteMedia | undefined
  /** Whether the direction lets us hear now. */
  #isReceiving = false
  #lock: SourceLock | undefined
  #lateBefore = 0
  #packetsForeign = 0
  #hasHeard = false

  constructor(events: IncomingEvents) {
    this.#events = events
    this.#eventKeys = new EventReceiver(events.digit, events.keyDown)
    this.#toneKeys = new ToneDetector(events.digit, events.keyDown)
  }

  /** Whom to hear from now on, and in which codec. `remote.host` is an address. */
  expect(remote: RemoteMedia): void {
    if (this.#remote?.codec !== remote.codec) {
      this.#law = g711(remote.codec)
      this.#lateBefore += this.#buffer.packetsLate
      this.#buffer = new JitterBuffer({ silence: this.#law.silence })
    }
    if (this.#lock?.isFor(remote) !== true) {
      this.#lock = new SourceLock(remote)
      this.#source.expectAnother()
    }
    this.#remote = remote
    this.#isReceiving = remote.direction === 'sendrecv' || remote.direction === 'recvonly'
  }

  /** Where audio comes from, and therefore goes to. Undefined before `expect`. */
  get target(): { host: string; port: number } | undefined {
    return this.#lock?.target
  }

  /** Reception of the present source, for reports. */
  get reception(): ReceptionStatistics | undefined {
    return this.#source.statistics
  }

  get counters() {
    const { packetsReceived, packetsLost, jitterMs } = this.#source
    const packetsLate = this.#lateBefore + this.#buffer.packetsLate
    return { packetsReceived, packetsLost, packetsLate, packetsForeign: this.#packetsForeign, jitterMs }
  }

  /** Takes a datagram of the RTP socket. What is no RTP is dropped; what comes from elsewhere is counted and dropped. */
  receive(datagram: Buffer, host: string, port: number, nowMs: number): void {
    const remote = this.#remote
    if (remote === undefined || !this.#isReceiving) return
    const packet = parseRtp(datagram)
    if (packet === undefined) return
    if (this.#lock?.admit(host, port, isNegotiated(packet.payloadType, remote)) !== true) {
      this.#packetsForeign++
      return
    }
    const said = this.#source.arrive(packet.ssrc, packet.sequence)
    if (said === 'stranger') this.#packetsForeign++
    if (said === 'stranger' || said === 'duplicate' || said === 'jump') return
    if (said === 'new source') {
      this.#buffer.clear()
      this.#eventKeys.restart()
    }
    this.#hear(packet, remote, nowMs)
    if (!this.#hasHeard) {
      this.#hasHeard = true
      this.#events.heard()
    }
  }

  /** Lets `frames` of 20 ms pass. */
  tick(frames: number, nowMs: number): void {
    if (!this.#hasHeard && this.#recorders.size === 0) return
    this.#eventKeys.tick(nowMs)
    const listensForTones = this.#remote !== undefined && this.#remote.telephoneEventPayloadType === undefined
    for (let frame = 0; frame < frames; frame++) {
      if (this.#recorders.size === 0 && !listensForTones) {
        this.#buffer.pop()
        continue
      }
      const hasBegun = this.#buffer.pop(this.#encoded)
      if (!hasBegun && this.#recorders.size === 0) continue
      this.#law.decodeInto(this.#encoded, this.#samples, 0)
      for (const recorder of this.#recorders) recorder.hear(this.#samples)
      if (listensForTones && hasBegun) this.#toneKeys.hear(this.#samples)
    }
  }

  /** Records from now on. */
  record(file: WavFile): RunningRecording {
    const recorder = new Recorder(file, Math.round(this.#buffer.delayMs / frameMs))
    this.#recorders.add(recorder)
    return {
      stop: () => {
        this.#recorders.delete(recorder)
        return recorder.stop((frame) => {
          this.#buffer.peek(frame, this.#encoded)
          this.#law.decodeInto(this.#encoded, this.#samples, 0)
          return this.#samples
        })
      },
    }
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
    this.#buffer.push(packet.timestamp, audio)
  }
}
