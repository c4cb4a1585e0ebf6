import { transcode } from '../codec/transcode.ts'
import { EventReceiver } from '../dtmf/event-receiver.ts'
import type { AudioCodec, RemoteMedia } from '../media.ts'
import { type SourcePlace, StreamMapping } from '../relay/stream-mapping.ts'
import { type RtpPacket, rtpHeaderBytes } from '../rtp/rtp-packet.ts'
import type { RtpSender } from '../rtp/rtp-sender.ts'
import type { OutgoingAudio } from './outgoing-audio.ts'

/** Where what a session hears goes on to. Packets come in the order of their arrival, each once. */
export interface Onward {
  /** A packet of audio. The datagram is the taker's to change until it returns. */
  audio(packet: RtpPacket, datagram: Buffer, law: AudioCodec, nowMs: number): void
  /** A telephone event (RFC 4733). */
  event(packet: RtpPacket, datagram: Buffer, nowMs: number): void
  /** A packet that means nothing to the other side, comfort noise for example. */
  other(packet: RtpPacket, nowMs: number): void
}

/** After so long without a packet our own silence takes over: it keeps the far end from taking the line for dead. */
const quietAfterMs = 1000
/** Long ago. An integer, as are the times it is compared with: they fit into their field, which others do not. */
const neverMs = -0x4000_0000

/**
 * What one session sends on of another one, at once and packet by packet: no buffer, no clock. Payloads stay as they are
 * when both sides use the same law. While a prompt plays or keys are pressed here, nothing of it is sent.
 */
export class RelayedAudio implements Onward {
  readonly #sender: RtpSender
  readonly #outgoing: Pick<OutgoingAudio, 'isBusy' | 'isPlaying' | 'passOn'>
  readonly #mapping = new StreamMapping()
  /** For a far end without telephone events: keys become tones. */
  readonly #keysToTones: EventReceiver
  #keysFrom: number | undefined
  #remote: RemoteMedia | undefined
  /** When a packet of the other side was sent last, monotonic, whole; never while something of our own is sent. */
  #lastAtMs = neverMs

  constructor(sender: RtpSender, outgoing: Pick<OutgoingAudio, 'isBusy' | 'isPlaying' | 'passOn'>) {
    this.#sender = sender
    this.#outgoing = outgoing
    this.#keysToTones = new EventReceiver(
      () => undefined,
      (key) => outgoing.passOn(key),
    )
  }

  /** How our far end wants its audio, and whether we may send. */
  encodeAs(remote: RemoteMedia): void {
    this.#remote = remote
  }

  /** Whether what was sent last came from the other side. */
  get hasStream(): boolean {
    return this.#lastAtMs !== neverMs
  }

  /** Whether its packets still come: then nothing else is to be sent. */
  isFlowing(nowMs: number): boolean {
    return nowMs - this.#lastAtMs < quietAfterMs
  }

  /** Something of our own is sent. */
  interrupt(): void {
    this.#lastAtMs = neverMs
    this.#mapping.interrupt()
  }

  audio(packet: RtpPacket, datagram: Buffer, law: AudioCodec, nowMs: number): void {
    const remote = this.#sendsTo()
    if (remote === undefined) return
    const place = this.#mapping.place(packet, this.#end(nowMs))
    if (place === undefined) return
    transcode(packet.payload, law, remote.codec)
    this.#sender.sendOnward(withHeader(packet, datagram), remote.payloadType, place, packet.payload.length)
    this.#sender.noteFrame(nowMs)
    this.#lastAtMs = Math.floor(nowMs)
  }

  event(packet: RtpPacket, datagram: Buffer, nowMs: number): void {
    if (this.#remote?.telephoneEventPayloadType === undefined) {
      this.#pressAsTone(packet, nowMs)
      return
    }
    const remote = this.#sendsTo()
    if (remote?.telephoneEventPayloadType === undefined) return
    const place = this.#mapping.place(packet, this.#end(nowMs), false)
    if (place === undefined) return
    this.#sender.sendOnward(withHeader(packet, datagram), remote.telephoneEventPayloadType, place, 0)
    this.#lastAtMs = Math.floor(nowMs)
  }

  other(packet: SourcePlace, nowMs: number): void {
    this.#mapping.leaveOut(packet, this.#end(nowMs))
  }

  #pressAsTone(packet: RtpPacket, nowMs: number): void {
    if (!this.#maySend || this.#outgoing.isPlaying) return
    if (this.#keysFrom !== packet.ssrc) this.#keysToTones.restart()
    this.#keysFrom = packet.ssrc
    this.#keysToTones.receive(packet.timestamp, packet.payload, nowMs)
    this.other(packet, nowMs)
  }

  #sendsTo(): RemoteMedia | undefined {
    return this.#maySend && !this.#outgoing.isBusy ? this.#remote : undefined
  }

  get #maySend(): boolean {
    return this.#remote?.direction === 'sendrecv' || this.#remote?.direction === 'sendonly'
  }

  #end(nowMs: number): { sequence: number; timestamp: number } {
    return { sequence: this.#sender.sequence, timestamp: this.#sender.timestampAt(nowMs) }
  }
}

/** The payload with room for a plain header before it: what stood there (CSRCs, an extension) is not ours to send. */
function withHeader({ payload }: RtpPacket, datagram: Buffer): Buffer {
  const start = payload.byteOffset - datagram.byteOffset - rtpHeaderBytes
  const end = start + rtpHeaderBytes + payload.length
  return start === 0 && end === datagram.length ? datagram : datagram.subarray(start, end)
}
