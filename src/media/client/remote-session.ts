import { EventEmitter } from 'node:events'
import {
  type Listening,
  type MediaSession,
  type MediaSessionEvents,
  MediaUnavailable,
  type PlayAudio,
  type Playback,
  type PlaybackEnd,
  type Recording,
  type RecordingEnd,
  type RemoteMedia,
  type RtpStatistics,
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

/** What became of a recording. Nobody need wait for it: who asks for its end hears of the failure. */
type RecordingOutcome = { readonly end: RecordingEnd } | { readonly failure: Error }

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
  /** What stops each recording that runs. */
  readonly #running = new Set<() => Promise<RecordingOutcome>>()

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
    return { finished, stop: () => this.#connection.tell('stopPlayback', { session, playback }) }
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
        try {
          await this.#connection.request('stopListening', { session, listening })
        } catch (error) {
          // With the process everything that was heard has ended.
          if (!(error instanceof MediaUnavailable)) throw error
        }
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
    let outcome: Promise<RecordingOutcome> | undefined
    const stop = () => {
      this.#running.delete(stop)
      outcome ??= this.#connection.request('stopRecording', { session, recording }).then(
        (end) => ({ end }),
        (failure: Error) => ({ failure }),
      )
      return outcome
    }
    this.#running.add(stop)
    return {
      stop: async () => {
        const stopped = await stop()
        if ('failure' in stopped) throw stopped.failure
        return stopped.end
      },
    }
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
        // Commands keep their order: whoever stops a recording after this hears how it ended.
        const recordings = [...this.#running].map((stop) => stop())
        this.#lastStatistics = await this.#connection.request('close', { session: this.id })
        await Promise.all(recordings)
      }
    } catch (error) {
      // A process that died meanwhile has closed the session in its own way; anything else is a bug.
      if (!(this.#isLost && error instanceof MediaUnavailable)) throw error
    } finally {
      this.#onClosed()
    }
    return this.#lastStatistics
  }
}
