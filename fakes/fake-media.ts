import { EventEmitter } from 'node:events'
import { writeFile } from 'node:fs/promises'
import type { Clock } from '../src/lib/clock.ts'
import { writeWav } from '../src/media/codec/wav-writer.ts'
import {
  type Listening,
  type Media,
  type MediaBridge,
  type MediaSession,
  type MediaSessionEvents,
  type MediaStatistics,
  MediaUnavailable,
  type OpenSession,
  type PlayAudio,
  type Playback,
  type PlaybackEnd,
  type Recording,
  type RemoteMedia,
  type RtpStatistics,
} from '../src/media/media.ts'

/** Media without packets: remembers what was asked; a playback takes as long as the test says. */
export class FakeMedia implements Media {
  readonly sessions: FakeMediaSession[] = []
  readonly #clock: Clock
  /** How long every playback takes, milliseconds. */
  playMs = 1000
  /** What every recording holds when it is stopped: 8 kHz samples. */
  heard = new Int16Array(8000)
  isAvailable = true
  /** Bridges that are open, each as the two sessions it connects. */
  readonly bridges = new Set<readonly [MediaSession, MediaSession]>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The session opened last. */
  get session(): FakeMediaSession {
    const session = this.sessions.at(-1)
    if (session === undefined) throw new Error('no media session was opened')
    return session
  }

  async open(request: OpenSession): Promise<MediaSession> {
    if (!this.isAvailable) throw new MediaUnavailable('no port is free')
    const session = new FakeMediaSession(this, this.#clock, request, 30_000 + 2 * this.sessions.length)
    this.sessions.push(session)
    return session
  }

  async bridge(one: MediaSession, other: MediaSession): Promise<MediaBridge> {
    const sides = [one, other] as const
    this.bridges.add(sides)
    return { close: async () => void this.bridges.delete(sides) }
  }

  /** A session closed: its bridge ends. */
  unbridge(session: MediaSession): void {
    for (const sides of this.bridges) if (sides.includes(session)) this.bridges.delete(sides)
  }

  async statistics(): Promise<MediaStatistics> {
    return {
      sessions: 0,
      playbacks: 0,
      bridges: this.bridges.size,
      worstLatenessMs: 0,
      packetsUnsent: 0,
      sockets: 'node',
      processCpuSeconds: 0,
      residentBytes: 0,
    }
  }

  async close(): Promise<void> {}
}

export class FakeMediaSession extends EventEmitter<MediaSessionEvents> implements MediaSession {
  readonly local: { host: string; port: number }
  readonly request: OpenSession
  readonly connects: RemoteMedia[] = []
  readonly played: string[] = []
  pressed = ''
  recordedTo: string | undefined
  isRecording = false
  /** Where, and with whom on the right, a call is recorded. */
  callRecording: { file: string; right: MediaSession | undefined } | undefined
  /** Who listens now; `say` reaches them. */
  readonly hearers = new Set<(pcm: Int16Array) => void>()
  isClosed = false
  /** Makes the next playback fail. */
  playbackFailure: string | undefined
  readonly #media: FakeMedia
  readonly #clock: Clock
  #stopPlaying: () => void = () => {}

  constructor(media: FakeMedia, clock: Clock, request: OpenSession, port: number) {
    super()
    this.#media = media
    this.#clock = clock
    this.request = request
    this.local = { host: request.host, port }
  }

  async connect(remote: RemoteMedia): Promise<void> {
    this.connects.push(remote)
  }

  play(audio: PlayAudio): Playback {
    this.played.push(...audio.files)
    const failure = this.playbackFailure
    if (failure !== undefined) {
      return { finished: Promise.resolve({ end: 'failed', reason: failure }), stop() {} }
    }
    let stop = () => {}
    const finished = new Promise<PlaybackEnd>((resolve) => {
      const timer = this.#clock.after(this.#media.playMs, () => resolve({ end: 'complete' }))
      stop = () => {
        timer.cancel()
        resolve({ end: 'stopped' })
      }
      this.#stopPlaying = stop
    })
    return { finished, stop }
  }

  async press(digits: string): Promise<void> {
    this.pressed += digits
  }

  async record(file: string): Promise<Recording> {
    this.recordedTo = file
    return this.#runs(file)
  }

  async recordCall(file: string, right?: MediaSession): Promise<Recording> {
    this.callRecording = { file, right }
    return this.#runs(file)
  }

  async listen(hear: (pcm: Int16Array) => void): Promise<Listening> {
    this.hearers.add(hear)
    return { stop: async () => void this.hearers.delete(hear) }
  }

  /** The far end says something: 8 kHz samples. */
  say(pcm: Int16Array): void {
    for (const hear of this.hearers) hear(pcm)
  }

  #runs(file: string): Recording {
    this.isRecording = true
    return {
      stop: async () => {
        this.isRecording = false
        await writeFile(file, writeWav(this.#media.heard))
        return { durationMs: this.#media.heard.length / 8 }
      },
    }
  }

  async statistics(): Promise<RtpStatistics> {
    const packets = 50
    return {
      packetsSent: packets,
      packetsReceived: packets,
      packetsLost: 0,
      packetsLate: 0,
      packetsForeign: 0,
      packetsUnauthentic: 0,
      lossPercent: 0,
      jitterMs: 0,
      jitterMeanMs: 0,
      jitterMaxMs: 0,
      mos: 4.41,
    }
  }

  async close(): Promise<RtpStatistics> {
    this.isClosed = true
    this.#media.unbridge(this)
    this.#stopPlaying()
    return this.statistics()
  }
}
