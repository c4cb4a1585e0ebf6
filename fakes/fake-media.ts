import { EventEmitter } from 'node:events'
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

const noStatistics: RtpStatistics = {
  packetsSent: 0,
  packetsReceived: 0,
  packetsLost: 0,
  packetsLate: 0,
  packetsForeign: 0,
  jitterMs: 0,
}

/** A media session that plays as long as the test lets it. */
export class FakeMediaSession extends EventEmitter<MediaSessionEvents> implements MediaSession {
  readonly local: { host: string; port: number }
  readonly connected: RemoteMedia[] = []
  readonly played: PlayAudio[] = []
  readonly pressed: string[] = []
  isClosed = false
  #endPlayback: (end: PlaybackEnd) => void = () => {}

  constructor(host: string, port: number) {
    super()
    this.local = { host, port }
  }

  async connect(remote: RemoteMedia): Promise<void> {
    this.connected.push(remote)
  }

  play(audio: PlayAudio): Playback {
    this.played.push(audio)
    const finished = new Promise<PlaybackEnd>((resolve) => {
      this.#endPlayback = resolve
    })
    return { finished, stop: () => this.#endPlayback({ end: 'stopped' }) }
  }

  /** The prompt comes to its end. */
  finishPlaying(end: PlaybackEnd = { end: 'complete' }): void {
    this.#endPlayback(end)
  }

  async press(digits: string): Promise<void> {
    this.pressed.push(digits)
  }

  async record(): Promise<Recording> {
    return { stop: async () => ({ durationMs: 0 }) }
  }

  async statistics(): Promise<RtpStatistics> {
    return noStatistics
  }

  async close(): Promise<RtpStatistics> {
    this.isClosed = true
    this.#endPlayback({ end: 'stopped' })
    return noStatistics
  }
}

/** Media that keeps its sessions. `isFull` makes the next `open` fail. */
export class FakeMedia implements Media {
  readonly sessions: FakeMediaSession[] = []
  isFull = false

  async open(request: OpenSession): Promise<FakeMediaSession> {
    if (this.isFull) throw new MediaUnavailable('no port is free')
    const session = new FakeMediaSession(request.host, 30_000 + 2 * this.sessions.length)
    this.sessions.push(session)
    return session
  }

  async statistics(): Promise<MediaStatistics> {
    return { sessions: this.sessions.length, playbacks: 0, worstLatenessMs: 0, processCpuSeconds: 0, residentBytes: 0 }
  }

  async close(): Promise<void> {}

  /** The only session. @throws when none was opened. */
  session(): FakeMediaSession {
    const [session] = this.sessions
    if (session === undefined) throw new Error('no session was opened')
    return session
  }
}
