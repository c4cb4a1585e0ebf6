import type { Clock } from '../../lib/clock.ts'
import { readKeys } from '../dtmf/keys.ts'
import type { LineFaults, PlayAudio, PlaybackEnd, RemoteMedia, RtpStatistics } from '../media.ts'
import type { FrameClock, FrameMember, Seat } from '../pacing/frame-clock.ts'
import type { PromptCache } from '../playout/prompt-cache.ts'
import { callQuality } from '../quality/call-quality.ts'
import { AudioPieces } from '../recording/audio-pieces.ts'
import type { TapFrames } from '../recording/frame-tap.ts'
import { Recordings, type RunningRecording } from '../recording/recordings.ts'
import { RtcpReporter } from '../rtcp/rtcp-reporter.ts'
import { RtpSender } from '../rtp/rtp-sender.ts'
import type { Address } from '../rtp/source-lock.ts'
import type { SocketPair } from '../udp/socket-pair.ts'
import { IncomingAudio, type IncomingEvents } from './incoming-audio.ts'
import { OutgoingAudio } from './outgoing-audio.ts'
import { type Onward, RelayedAudio } from './relayed-audio.ts'
import { SentAudio } from './sent-audio.ts'
import { SessionWire } from './session-wire.ts'
import { SilenceWatch } from './silence-watch.ts'

/** What a session tells beyond what it hears. */
export interface SessionEvents extends IncomingEvents {
  /** A file cannot be written any further; the call goes on. */
  recordingFailed?: (error: Error) => void
  /** The far end sent nothing for `silenceSeconds`. */
  silent?: () => void
}

/** What a session is made of; all of it shared with others but for its sockets. */
export interface SessionParts {
  sockets: SocketPair
  frames: FrameClock
  prompts: Pick<PromptCache, 'load'>
  clock: Clock
  /** 0 … 1; SSRC, sequence and timestamp begin somewhere, reports are spread. */
  random: () => number
  events: SessionEvents
  /** How long the far end may send nothing; 0 or absent: as long as it likes. */
  silenceSeconds?: number
  faults?: LineFaults
}

/** While it only relays, a session looks at the time in every sixth frame: enough for a far end that pauses or is gone. */
const relayingRestFrames = 5

/** One RTP session: its sockets, what it sends, what it hears, and its reports. Lives in the media process. */
export class RtpSession implements FrameMember {
  readonly #parts: SessionParts
  readonly #incoming: IncomingAudio
  readonly #outgoing: OutgoingAudio
  readonly #sender: RtpSender
  readonly #relayed: RelayedAudio
  readonly #reporter: RtcpReporter
  readonly #wire: SessionWire
  /** Once somebody records what is sent: until then a line need not carry its buffer. */
  #sent: SentAudio | undefined
  #remote: RemoteMedia | undefined
  readonly #recordings: Recordings
  readonly #silence: SilenceWatch
  /** Whether the direction lets us send now. */
  #isSending = false
  #seat: Seat | undefined
  #endBridge: (() => void) | undefined
  #closed: Promise<RtpStatistics> | undefined

  constructor(parts: SessionParts) {
    const { sockets, clock, random, events, prompts } = parts
    this.#parts = parts
    this.#incoming = new IncomingAudio(events)
    this.#outgoing = new OutgoingAudio(prompts)
    this.#recordings = new Recordings((error) => events.recordingFailed?.(error))
    this.#silence = new SilenceWatch(parts.silenceSeconds ?? 0, () => events.silent?.())
    this.#sender = new RtpSender(random, (packet) => {
      this.#sent?.sent(packet)
      this.#wire.sendRtp(packet)
    })
    this.#relayed = new RelayedAudio(this.#sender, this.#outgoing)
    this.#reporter = new RtcpReporter({
      clock,
      random,
      sender: this.#sender,
      timestampNow: () => this.#sender.timestampIn(clock.monotonicMs()),
      reception: () => this.#incoming.reception,
      send: (datagram) => this.#wire.sendRtcp(datagram),
    })
    const ends = { rtp: this.#incoming, rtcp: this.#reporter, watch: this.#silence }
    this.#wire = new SessionWire(sockets, clock, parts.faults, ends)
  }

  get local(): Address {
    return this.#parts.sockets.local
  }

  get isPlaying(): boolean {
    return this.#outgoing.isPlaying
  }

  /**
   * Starts or changes the stream. `remote.host` is an address.
   *
   * @throws {RangeError} when the address is of the other family, the port is none or a key is none
   */
  connect(remote: RemoteMedia): void {
    if (this.#closed !== undefined) return
    const isElsewhere = this.#wire.describe(remote)
    this.#isSending = remote.direction === 'sendrecv' || remote.direction === 'sendonly'
    this.#incoming.expect(remote, isElsewhere)
    // A phone that holds us says that it may send, and most of them send nothing.
    this.#silence.expect(remote.direction === 'sendrecv', this.#parts.clock.monotonicMs())
    this.#outgoing.encodeAs(remote)
    this.#sent?.encodeAs(remote)
    this.#remote = remote
    this.#relayed.encodeAs(remote)
    this.#reporter.start()
    this.#joinFrames()
  }

  play(audio: PlayAudio): { finished: Promise<PlaybackEnd>; stop: () => void } {
    this.#seat?.rouse()
    return this.#outgoing.play(audio)
  }

  /** What this session sends on for the other side of a bridge. */
  get onward(): Onward {
    return this.#relayed
  }

  /** Whether it is one side of a bridge. */
  get isBridged(): boolean {
    return this.#endBridge !== undefined
  }

  /**
   * Sends what is heard on to another session, until `leaveBridge`.
   *
   * @param endBridge what this session calls when it closes
   */
  enterBridge(far: Onward, endBridge: () => void): void {
    this.#endBridge = endBridge
    this.#incoming.sendOn(far)
  }

  leaveBridge(): void {
    this.#endBridge = undefined
    this.#seat?.rouse()
    this.#incoming.sendOn(undefined)
  }

  /** @throws {RangeError} for what is no key; {@link Error} when this side does not send now */
  async press(digits: string): Promise<void> {
    const keys = readKeys(digits)
    if (!this.#isSending) throw new Error('no key can be pressed: the session is not connected, or on hold')
    this.#seat?.rouse()
    await this.#outgoing.press(keys)
  }

  /** One channel: what is heard. @throws the file system's error when the file cannot be made */
  async record(path: string): Promise<RunningRecording> {
    return await this.#recordInto(path, [this.tapHeard])
  }

  /**
   * Two channels: what is heard here, and what `right` hears or, without it, what is sent here. Ends with this session;
   * when `right` closes before, its channel is silent from then on.
   *
   * @throws the file system's error when the file cannot be made
   */
  async recordCall(path: string, right?: RtpSession): Promise<RunningRecording> {
    return await this.#recordInto(path, [this.tapHeard, right === undefined ? this.#tapSent : right.tapHeard])
  }

  /** Gives what is heard, 100 ms a piece, until it is stopped or the session closes. */
  listen(give: (pcm: Int16Array) => void): () => void {
    return this.tapHeard(new AudioPieces(give)).leave
  }

  /** Gives every frame that is heard, also before anything is. */
  readonly tapHeard: TapFrames = (listener) => {
    if (this.#closed === undefined) this.#joinFrames()
    return this.#incoming.tap(listener)
  }

  /** Gives every frame that is sent. */
  readonly #tapSent: TapFrames = (listener) => {
    this.#seat?.rouse()
    this.#sent ??= new SentAudio()
    if (this.#remote !== undefined) this.#sent.encodeAs(this.#remote)
    if (this.#closed !== undefined) this.#sent.close()
    return this.#sent.tap(listener)
  }

  statistics(): RtpStatistics {
    const wire = this.#wire.counters
    const heard = this.#incoming.counters
    return callQuality({
      ...heard,
      packetsSent: this.#sender.packetsSent,
      packetsForeign: wire.packetsForeign + heard.packetsForeign,
      packetsUnauthentic: wire.packetsUnauthentic,
      roundTripMs: this.#reporter.roundTripMs,
      farEnd: this.#reporter.farEnd,
    })
  }

  /** Sends BYE, ends playback and recordings, closes the sockets. Safe to call twice. */
  close(): Promise<RtpStatistics> {
    this.#closed ??= this.#end()
    return this.#closed
  }

  tick(frames: number, nowMs: number): number {
    const isRelaying = this.#isSending && !this.#outgoing.isBusy && this.#relayed.isFlowing(nowMs)
    this.#incoming.tick(frames, nowMs)
    if (!isRelaying) this.#sendFrame(frames, nowMs)
    this.#sent?.tick(frames)
    this.#silence.tick(nowMs)
    // Asked last: who heard of a key just now may have pressed another.
    const sendsSoon = this.#outgoing.isBusy || this.#outgoing.isPlaying
    const needsTime = sendsSoon || this.#incoming.needsTime || this.#sent !== undefined
    return isRelaying && !needsTime ? relayingRestFrames : 0
  }

  /** Sends a frame of our own. */
  #sendFrame(frames: number, nowMs: number): void {
    if (this.#relayed.hasStream) {
      this.#relayed.interrupt()
      this.#sender.catchUp(nowMs)
    } else if (frames > 1) this.#sender.skip(frames - 1)
    this.#sender.noteFrame(nowMs)
    if (this.#isSending) this.#outgoing.sendFrame(this.#sender)
    else this.#sender.skip(1)
  }

  async #recordInto(path: string, taps: readonly TapFrames[]): Promise<RunningRecording> {
    const recording = await this.#recordings.begin(path, taps)
    if (this.#closed === undefined) this.#joinFrames()
    else await recording.stop()
    return recording
  }

  #joinFrames(): void {
    if (this.#seat !== undefined) {
      this.#seat.rouse()
      return
    }
    this.#sender.noteFrame(this.#parts.clock.monotonicMs())
    this.#seat = this.#parts.frames.add(this)
  }

  async #end(): Promise<RtpStatistics> {
    this.#endBridge?.()
    this.#isSending = false
    this.#seat?.leave()
    this.#outgoing.close()
    this.#reporter.stop()
    const statistics = this.statistics()
    this.#incoming.close()
    this.#sent?.close()
    // Ports do not wait for a slow disk.
    await Promise.all([this.#recordings.close(), this.#wire.close()])
    return statistics
  }
}
