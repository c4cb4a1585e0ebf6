import type { EventEmitter } from 'node:events'

/**
 * The contract of the media layer: RTP sessions that live in a process of their own. Whoever uses it (the trunk's legs,
 * the virtual phones, the benchmarks) sees only these types. Audio at this seam is always a file of 8 kHz, 16-bit, mono
 * PCM in a WAV container; G.711 stays inside.
 */
export interface Media {
  /** Binds an RTP and an RTCP port. @throws {MediaUnavailable} when no port is free or the process is gone. */
  open(request: OpenSession): Promise<MediaSession>
  /**
   * Connects two sessions: what one hears the other sends, both ways, packet by packet, until closed. Transcodes when the
   * codecs differ. Keys are told as without a bridge and passed on: as telephone events to a far end that takes them,
   * else as tones of 100 ms each. While `play` or `press` sends on a session, that replaces what is relayed to it, keys
   * of the other side included. A side that hears nothing for a second is sent silence.
   *
   * @throws {RangeError} for one session twice, a session of another `Media` or one in a bridge; {@link Error} for a
   *   closed one
   */
  bridge(one: MediaSession, other: MediaSession): Promise<MediaBridge>
  /** Numbers for /metrics, benchmarks and `yuyin doctor`. */
  statistics(): Promise<MediaStatistics>
  /** Ends all sessions and the process behind them. */
  close(): Promise<void>
}

/** Two sessions that hear each other's far ends. Ends when one of them closes, and by `close`. */
export interface MediaBridge {
  /** Resolves when nothing passes any more. Safe to call twice, and after a session closed. */
  close(): Promise<void>
}

export class MediaUnavailable extends Error {
  override readonly name = 'MediaUnavailable'
}

/** Static payload types of RFC 3551 §6: 8 is A-law, 0 is µ-law. */
export type AudioCodec = 'PCMA' | 'PCMU'

export interface OpenSession {
  /** For logs: an id of the call, never a number. */
  label: string
  /** Local address to bind, e.g. `127.0.0.1` or `::1`. */
  host: string
  /**
   * Tells `silent` when the far end sent nothing for so long although nobody holds the line. Absent or 0: never.
   */
  silenceSeconds?: number
  /** Impairments applied to what this side sends: for virtual phones and tests. */
  faults?: LineFaults
}

/** What a bad line does to the packets this side sends. Shares are 0..1, times milliseconds. */
export interface LineFaults {
  loss?: number
  duplicate?: number
  reorder?: number
  delayMs?: number
  jitterMs?: number
  /** `true`: nothing is sent at all (one-way audio). */
  mute?: boolean
  /** Makes every draw repeatable; without it each session draws anew. */
  seed?: number
}

/** Where and how the far end wants its audio, from its SDP. */
export interface RemoteMedia {
  host: string
  port: number
  /** RTCP port when it is not `port + 1` (RFC 3605). */
  rtcpPort?: number
  codec: AudioCodec
  /** RTP payload type to send the codec with, and to expect. */
  payloadType: number
  /** RFC 4733 payload type, absent when the far end does not take telephone events. */
  telephoneEventPayloadType?: number
  /**
   * The far end may send from another port of its host than it described, which is then learnt: for a far end behind a
   * NAT that changes ports. Absent or false: only the described port is heard, from the first packet on. With `srtp`
   * every packet proves whose it is, and ports are learnt always.
   */
  learnsPort?: boolean
  /** Both ways are protected with these keys, RTP and RTCP. Absent: sent in the clear. */
  srtp?: SrtpKeys
  /** `sendrecv` unless one side holds; seen from here. */
  direction: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'
}

/** The crypto suites of RFC 4568 §6.2 that this side speaks: AES in counter mode, tags of 80 or 32 bits. */
export type SrtpSuite = 'AES_CM_128_HMAC_SHA1_80' | 'AES_CM_128_HMAC_SHA1_32'

/** What both sides agreed on for SRTP (RFC 3711). Keys are never logged. */
export interface SrtpKeys {
  suite: SrtpSuite
  /** Base64 of master key and salt, 30 octets: of what this side sends. */
  localKey: string
  /** Of what the far end sends. */
  remoteKey: string
}

export interface PlayAudio {
  /** WAV files (8 kHz, 16-bit, mono), played one after the other without a gap. */
  files: readonly string[]
  /** How often the whole list is played, at least 1. */
  times: number
  /** Silence between two rounds, milliseconds. */
  gapMs: number
  /** 0 silent … 100 as recorded. Linear in decibels, not in amplitude. */
  volume: number
}

/** `complete`: every round was sent to its last sample; `stopped`: by `stop()`; `failed`: a file could not be read. */
export type PlaybackEnd = { end: 'complete' } | { end: 'stopped' } | { end: 'failed'; reason: string }

export interface Playback {
  /** Resolves once; never rejects. */
  readonly finished: Promise<PlaybackEnd>
  stop(): void
}

export interface Recording {
  /**
   * Closes the file; resolves when the WAV is complete and readable.
   *
   * @throws the file system's first error. What was written before it is a playable WAV; the call is not touched.
   */
  stop(): Promise<RecordingEnd>
}

export interface RecordingEnd {
  /** Milliseconds of audio in the file. */
  durationMs: number
  /** How much of that is silence because the disk was too slow, when it was. */
  missedMs?: number
}

/** Somebody who hears what the far end sends. */
export interface Listening {
  /** Safe to call twice. */
  stop(): Promise<void>
}

export interface MediaSession extends EventEmitter<MediaSessionEvents> {
  /** Bound address of the RTP socket; RTCP is on `port + 1`. */
  readonly local: { host: string; port: number }
  /** Starts, or changes, sending and receiving. Before the first `connect` nothing is sent and what arrives is dropped. */
  connect(remote: RemoteMedia): Promise<void>
  /** Plays to the far end. A second `play` stops the first. */
  play(audio: PlayAudio): Playback
  /** Presses keys (RFC 4733 when negotiated, else in-band tones). Characters 0-9, A-D, star, hash. */
  press(digits: string): Promise<void>
  /** Writes what the far end sends to a WAV file, from now on, silence where packets are missing. */
  record(file: string): Promise<Recording>
  /**
   * Writes both sides of a call to a WAV file of two channels, from now on: left what this far end says; right what
   * `right`'s far end says or, without one, what this side sends. Both keep their place in time, with silence where
   * nothing comes (missing packets, a leg that comes later or goes earlier, a hold). It ends with this session. A file
   * that is cut off at any moment is playable up to the last second.
   *
   * @throws the file system's error when the file cannot be made; {@link RangeError} for a session of another `Media`
   */
  recordCall(file: string, right?: MediaSession): Promise<Recording>
  /**
   * Hears what the far end sends from now on, before and after the answer alike: 8 kHz 16-bit mono, 100 ms a piece (the
   * arrays are the listener's), silence where packets are missing. It comes as late as the jitter buffer is deep, about
   * 100 ms. Should the program fall seconds behind, pieces are left out.
   */
  listen(hear: (pcm: Int16Array) => void): Promise<Listening>
  statistics(): Promise<RtpStatistics>
  /** Sends RTCP BYE, closes sockets and files. Safe to call twice. */
  close(): Promise<RtpStatistics>
}

export interface MediaSessionEvents {
  /** A key of the far end goes down, once per press: the first that is heard of it, so that a prompt can stop at once. */
  keyDown: [key: string]
  /** A key of the far end, once per press, when it is released. `durationMs` as told by the end packet. */
  digit: [key: string, durationMs: number]
  /** The first RTP packet that was accepted. */
  heard: []
  /**
   * No packet (RTP or RTCP) from the far end for `OpenSession.silenceSeconds` since it was described or heard last, while
   * both sides may talk (`sendrecv`): phones that hold a line seldom send. Told once for each silence: `connect` and every
   * packet start the wait anew.
   */
  silent: []
  /** The media process died: nothing more will come from this session. */
  lost: []
}

/** Counters of one session, RFC 3550 §6.4.1 where it names them. */
export interface RtpStatistics {
  packetsSent: number
  packetsReceived: number
  packetsLost: number
  /** Arrived after their playout time. While a bridge only sends them on, there is none. */
  packetsLate: number
  /** Dropped: from another source than the negotiated one. */
  packetsForeign: number
  /** Dropped with SRTP, RTP and RTCP together: a wrong tag, sent again by somebody, or not protected. */
  packetsUnauthentic: number
  /** Share of the expected packets that never came, 0 … 100. */
  lossPercent: number
  /** Interarrival jitter of §6.4.1: the last estimate, and its mean and maximum over the session. */
  jitterMs: number
  jitterMeanMs: number
  jitterMaxMs: number
  /** From our report to the far end's answer, by RTCP; absent until it was measured. */
  roundTripMs?: number
  /**
   * Mean opinion score of what was heard from the far end, 1 (bad) … 4.41 (as good as G.711 gets), by the E-model (ITU-T
   * G.107): lost and late packets, no concealment, half of the round trip as delay. Absent when nothing was heard.
   */
  mos?: number
  /** What the far end last reported of the stream that this side sends. */
  farEnd?: { packetsLost: number; jitterMs: number }
}

/** Whose UDP sockets packets go through: Node's own, or ours in C, which ask less of the processor. */
export type UdpKind = 'node' | 'native'

export interface MediaStatistics {
  sessions: number
  playbacks: number
  bridges: number
  /** Worst lateness of the 20 ms clock in the last 10 s, milliseconds. */
  worstLatenessMs: number
  /** RTP and RTCP packets that the system did not take from us. */
  packetsUnsent: number
  sockets: UdpKind
  processCpuSeconds: number
  residentBytes: number
}
