import { rtpHeaderBytes, writeRtpHeader } from './rtp-packet.ts'

/** Samples in one packet: 20 ms at 8 kHz. */
export const frameSamples = 160
/** Milliseconds of audio in one packet. */
export const frameMs = 20

/** Gives the audio of the next frame. */
export interface FrameSource {
  /** Writes one frame (160 octets of G.711) into `packet` from `offset` on. */
  fillFrame(packet: Uint8Array, offset: number): void
}

const audioPacketBytes = rtpHeaderBytes + frameSamples

/** First octet of a packet without padding, extension and CSRC (RFC 3550 §5.1). */
const rtpVersionOctet = 0x80

/** Where a packet belongs in a stream. */
export interface StreamPlace {
  /** 16 bits */
  readonly sequence: number
  /** 32 bits, 1/8000 s */
  readonly timestamp: number
  /** Something new begins: the packet is marked (RFC 3551 §4.1). */
  readonly isStart: boolean
}

/** The sending half of one RTP stream (RFC 3550 §5.1): numbers, stamps and counts packets; allocates none. */
export class RtpSender {
  packetsSent = 0
  /** Payload octets sent, as a sender report counts them (§6.4.1). */
  octetsSent = 0
  readonly #send: (packet: Buffer) => void
  /**
   * Built in place, one for all: the system has taken a packet when `send` returns. Only when its buffer is full does it come
   * back for it, and may then find a later frame of this stream in the place of one that was lost anyway.
   */
  readonly #packet = Buffer.alloc(audioPacketBytes)
  #sequence: number
  /** As all numbers of 32 bits here held signed: an integer that fits into its field, which an unsigned one may not. */
  #timestamp: number
  readonly #ssrc: number
  /** In 1/8000 s, wraps. */
  #frameAtSamples = 0
  #marker = true

  /** @param random 0 … 1: SSRC, first sequence number and timestamp are random (§5.1, §8.1) */
  constructor(random: () => number, send: (packet: Buffer) => void) {
    this.#ssrc = Math.floor(random() * 0x1_0000_0000) | 0
    // In the lower half: whoever misses the first packets of an SRTP stream still counts its rollovers right (RFC 3711 §3.3.1).
    this.#sequence = Math.floor(random() * 0x8000)
    this.#timestamp = Math.floor(random() * 0x1_0000_0000) | 0
    this.#send = send
    // What never changes is written once.
    writeRtpHeader(this.#packet, { marker: false, payloadType: 0, sequence: 0, timestamp: 0, ssrc: this.ssrc })
  }

  /** 32 bits, unsigned. */
  get ssrc(): number {
    return this.#ssrc >>> 0
  }

  /** The sequence number of the next packet. */
  get sequence(): number {
    return this.#sequence
  }

  /** The timestamp of the next frame. */
  get timestamp(): number {
    return this.#timestamp >>> 0
  }

  /** A frame is sent, or would be, at this moment: whoever drives the sender says so. Monotonic milliseconds. */
  noteFrame(nowMs: number): void {
    this.#frameAtSamples = (nowMs * 8) | 0
  }

  /** The timestamp of this moment, on a scale that runs on between the frames. */
  timestampIn(nowMs: number): number {
    return (this.#timestamp + this.#sinceFrame(nowMs)) >>> 0
  }

  /** The timestamp of a packet that is sent at this moment without waiting for the next frame. */
  timestampAt(nowMs: number): number {
    return (this.#timestamp + Math.max(0, this.#sinceFrame(nowMs) - frameSamples)) >>> 0
  }

  /** Sends one frame of audio; time goes on by one frame. */
  sendAudio(payloadType: number, source: FrameSource): void {
    const packet = this.#packet
    this.#writeHeader(packet, payloadType, this.#timestamp, this.#marker)
    source.fillFrame(packet, rtpHeaderBytes)
    this.#marker = false
    this.#timestamp = (this.#timestamp + frameSamples) | 0
    this.#emit(packet, frameSamples)
  }

  /** Sends a telephone event stamped with its own start (RFC 4733 §2.1); time goes on by one frame. */
  sendEvent(payloadType: number, payload: Uint8Array, eventTimestamp: number, marker: boolean): void {
    const packet = this.#packet.subarray(0, rtpHeaderBytes + payload.length)
    this.#writeHeader(packet, payloadType, eventTimestamp, marker)
    packet.set(payload, rtpHeaderBytes)
    this.#timestamp = (this.#timestamp + frameSamples) | 0
    this.#emit(packet, payload.length)
  }

  /**
   * Sends a packet that another stream brought, under our name. What is sent next is numbered behind it.
   *
   * @param packet ours to change until it is sent; its first twelve octets become the header, the payload behind them is not touched
   * @param place where it belongs in our stream; may lie behind what was sent last
   * @param samples how much time its payload covers, 1/8000 s
   */
  sendOnward(packet: Buffer, payloadType: number, place: StreamPlace, samples: number): void {
    packet[0] = rtpVersionOctet
    this.#writeNumbers(packet, payloadType, place.sequence, place.timestamp, place.isStart)
    packet[8] = this.#ssrc >>> 24
    packet[9] = (this.#ssrc >>> 16) & 0xff
    packet[10] = (this.#ssrc >>> 8) & 0xff
    packet[11] = this.#ssrc & 0xff
    if (((place.sequence - this.#sequence) & 0xffff) < 0x8000) this.#sequence = (place.sequence + 1) & 0xffff
    const following = (place.timestamp + samples) | 0
    if (((following - this.#timestamp) | 0) > 0) this.#timestamp = following
    this.#marker = false
    this.#emit(packet, packet.length - rtpHeaderBytes)
  }

  /** Lets frames pass without a packet; the next one is marked as the start of a talk spurt (RFC 3551 §4.1). */
  skip(frames: number): void {
    this.#timestamp = (this.#timestamp + frames * frameSamples) | 0
    this.#marker = true
  }

  /** Lets the time pass that went by since packets of another stream were sent on; marks the next one. */
  catchUp(nowMs: number): void {
    this.#timestamp = this.timestampAt(nowMs) | 0
    this.#marker = true
  }

  #sinceFrame(nowMs: number): number {
    return (((nowMs * 8) | 0) - this.#frameAtSamples) | 0
  }

  /** Byte by byte: the checks of `writeUInt16BE` and its like would cost as much as the rest of the packet. */
  #writeHeader(packet: Buffer, payloadType: number, timestamp: number, marker: boolean): void {
    const sequence = this.#sequence
    this.#writeNumbers(packet, payloadType, sequence, timestamp, marker)
    this.#sequence = (sequence + 1) & 0xffff
  }

  #writeNumbers(packet: Buffer, payloadType: number, sequence: number, timestamp: number, marker: boolean): void {
    packet[1] = marker ? payloadType | 0x80 : payloadType
    packet[2] = sequence >> 8
    packet[3] = sequence & 0xff
    packet[4] = timestamp >>> 24
    packet[5] = (timestamp >>> 16) & 0xff
    packet[6] = (timestamp >>> 8) & 0xff
    packet[7] = timestamp & 0xff
  }

  #emit(packet: Buffer, payloadOctets: number): void {
    this.packetsSent++
    this.octetsSent += payloadOctets
    this.#send(packet)
  }
}
