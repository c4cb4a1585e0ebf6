import { EventEmitter } from 'node:events'
import type {
  Listening,
  MediaSession,
  MediaSessionEvents,
  PlayAudio,
  Playback,
  PlaybackEnd,
  Recording,
  RecordingEnd,
  RemoteMedia,
  RtpStatistics,
} from '../media.ts'
import type { MediaConnection } from './media-connection.ts'

const nothingYet: RtpStatistics = {
  packetsSent: 0,
  packetsReceived: 0,
  packetsLost: 0,
  packetsLate: 0,
  packetsForeign: 0,
  packetsUnauthentic: 0,
  lossPercent: 0,
  jitterMs: 0,
  jitterMeanMs: 0,
  jitterMaxMs: 0,
}

/** A session of the media process as the program sees it: every call is a command, every event is its news. */
export class RemoteSession extends EventEmitter<MediaSessionEvents> implements MediaSession {
  readonly local: { host: string; port: number }
  /** Its number in the media process. */
  readonly id: number
  readonly #connection: MediaConnection
  readonly #onClosed: () => void
  /** What a session that was lost can still tell. */
  #lastStatistics = nothingYet
  #isLost = false
  #closed: Promise<RtpStatistics> | undefined
  #playbacks = 0
  #recordings = 0
  #listenings = 0
  readonly #listeners = new Map<number, (pcm: Int16Array) => void>()
  /** Stops of recordings that run. */
  readonly #running = new Set<() => Promise<unknown>>()

  constructor(id: number, local: { host: string; port: number }, connection: MediaConnection, onClosed: () => void) {
    super()
    this.id = id
    this.local = local
    this.#connection = connection
    this.#onClosed = onClosed
  }

  async connect(remote: RemoteMedia): Promise<void> {
    await this.#connection.request('connect', { session: this.id, remote })
  }

  play(audio: PlayAudio): Playback {
    const session = this.id
    const playback = this.#playbacks++
    const finished = this.#connection
      .request('play', { session, playback, audio })
      .catch((error: Error): PlaybackEnd => ({ end: 'failed', reason: error.message }))
    return {
      finished,
      stop: () => {
        // When the process is gone, `finished` has told.
        this.#connection.request('stopPlayback', { session, playback }).catch(() => undefined)
      },
    }
  }

  async press(digits: string): Promise<void> {
    await this.#connection.request('press', { session: this.id, digits })
  }

  async record(file: string): Promise<Recording> {
    const recording = this.#recordings++
    await this.#connection.request('record', { session: this.id, recording, file })
    return this.#runs(recording)
  }

  async recordCall(file: string, right?: MediaSession): Promise<Recording> {
    const recording = this.#recordings++
    const other = right === undefined ? {} : { right: this.#numberOf(right) }
    await this.#connection.request('recordCall', { session: this.id, recording, file, ...other })
    return this.#runs(recording)
  }

  async listen(hear: (pcm: Int16Array) => void): Promise<Listening> {
    const session = this.id
    const listening = this.#listenings++
    this.#listeners.set(listening, hear)
    try {
      await this.#connection.request('listen', { session, listening })
    } catch (error) {
      this.#listeners.delete(listening)
      throw error
    }
    return {
      stop: async () => {
        if (!this.#listeners.delete(listening) || this.#closed !== undefined || this.#isLost) return
        await this.#connection.request('stopListening', { session, listening })
      },
    }
  }

  /** A piece of what the far end sends has come. */
  hear(listening: number, pcm: Int16Array): void {
    this.#listeners.get(listening)?.(pcm)
  }

  #numberOf(session: MediaSession): number {
    if (session instanceof RemoteSession && session.#connection === this.#connection) return session.id
    throw new RangeError('only sessions of one media process can be recorded together')
  }

  #runs(recording: number): Recording {
    const session = this.id
    let stopped: Promise<RecordingEnd> | undefined
    const stop = () => {
      this.#running.delete(stop)
      stopped ??= this.#connection.request('stopRecording', { session, recording })
      return stopped
    }
    this.#running.add(stop)
    return { stop }
  }

  async statistics(): Promise<RtpStatistics> {
    if (this.#closed !== undefined) return await this.#closed
    this.#lastStatistics = await this.#connection.request('sessionStatistics', { session: this.id })
    return this.#lastStatistics
  }

  close(): Promise<RtpStatistics> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  /** The media process died. */
  lose(): void {
    this.#isLost = true
    if (this.#closed === undefined) this.emit('lost')
  }

  async #close(): Promise<RtpStatistics> {
    try {
      if (!this.#isLost) {
        // Commands keep their order; a failed recording tells whoever stops it, which may still happen.
        for (const stop of this.#running) stop().catch(() => undefined)
        this.#lastStatistics = await this.#connection.request('close', { session: this.id })
      }
    } catch (error) {
      // A process that died meanwhile has closed the session in its own way; anything else is a bug.
      if (!this.#isLost) throw error
    } finally {
      this.#onClosed()
    }
    return this.#lastStatistics
  }
}
