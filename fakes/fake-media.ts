import { EventEmitter } from 'node:events'
import { writeFile } from 'node:fs/promises'
import type { Clock } from '../src/lib/clock.ts'
import { writeWav } from '../src/media/codec/wav-writer.ts'
import {
  type Media,
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

  async statistics(): Promise<MediaStatistics> {
    return { sessions: 0, playbacks: 0, worstLatenessMs: 0, processCpuSeconds: 0, residentBytes: 0 }
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
      jitterMs: 0,
    }
  }

  async close(): Promise<RtpStatistics> {
    this.isClosed = true
    this.#stopPlaying()
    return this.statistics()
  }
}
