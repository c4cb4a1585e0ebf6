import type { Clock, Timer } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import {
  type Media,
  type MediaBridge,
  type MediaSession,
  type MediaStatistics,
  MediaUnavailable,
  type OpenSession,
} from '../media.ts'
import type { NewsMessage, ProcessSettings } from '../process/commands.ts'
import { MediaConnection } from './media-connection.ts'
import { Pulse } from './pulse.ts'
import { RemoteSession } from './remote-session.ts'

/** How long the process may take to end its sessions before it is ended. */
const shutDownMs = 5000
/** How long a process may take to start; a machine may be busy. */
const startMs = 60_000
/** How often it is asked for a sign of life. */
const pulseMs = 2000
/** A process that dies is started again at once, and with these pauses when it keeps dying. */
const restartPausesMs = [0, 500, 2000, 5000] as const
/** A process that lived this long did not die of its start. */
const healthyAfterMs = 30_000

/** Keeps a media process running and hands out its sessions. */
export class MediaClient implements Media {
  readonly #settings: Omit<ProcessSettings, 'restingPorts'>
  readonly #clock: Clock
  readonly #log: Log
  readonly #sessions = new Map<number, RemoteSession>()
  #connection: MediaConnection | undefined
  #isReady = false
  #startedAtMs = 0
  #deaths = 0
  #restartTimer: Timer | undefined
  #startTimer: Timer | undefined
  #pulse: Pulse | undefined
  readonly #pulseMs: number
  #nextSession = 1
  #nextBridge = 1
  #whenReady: (() => void) | undefined
  #whenEnded: (() => void) | undefined
  #closed: Promise<void> | undefined

  constructor(settings: Omit<ProcessSettings, 'restingPorts'>, clock: Clock, log: Log, intervalMs: number = pulseMs) {
    this.#pulseMs = intervalMs
    this.#settings = settings
    this.#clock = clock
    this.#log = log
  }

  /** Starts the process. @throws {MediaUnavailable} when it ends before it is ready */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#whenReady = resolve
      this.#whenEnded = () => reject(new MediaUnavailable('the media process did not start; the log tells why'))
      this.#launch()
    })
  }

  async open(request: OpenSession): Promise<MediaSession> {
    const connection = this.#live()
    const id = this.#nextSession++
    const local = await connection.request('open', { session: id, request })
    const session = new RemoteSession(id, local, connection, () => this.#sessions.delete(id))
    this.#sessions.set(id, session)
    return session
  }

  async bridge(one: MediaSession, other: MediaSession): Promise<MediaBridge> {
    const connection = this.#live()
    const bridge = this.#nextBridge++
    await connection.request('bridge', { bridge, one: this.#numberOf(one), other: this.#numberOf(other) })
    return {
      close: async () => {
        try {
          await connection.request('closeBridge', { bridge })
        } catch (error) {
          // With the process everything that passed has ended.
          if (!(error instanceof MediaUnavailable)) throw error
        }
      },
    }
  }

  async statistics(): Promise<MediaStatistics> {
    return await this.#live().request('statistics', undefined)
  }

  close(): Promise<void> {
    this.#closed ??= this.#shutDown()
    return this.#closed
  }

  /** Process id, for tests and for `yuyin doctor`. Undefined while it is restarted. */
  get pid(): number | undefined {
    return this.#isReady ? this.#connection?.pid : undefined
  }

  #live(): MediaConnection {
    if (this.#closed !== undefined) throw new MediaUnavailable('the media layer was closed')
    if (this.#connection === undefined || !this.#isReady) throw new MediaUnavailable('the media process is restarting')
    return this.#connection
  }

  #numberOf(session: MediaSession): number {
    if (session instanceof RemoteSession && this.#sessions.get(session.id) === session) return session.id
    throw new RangeError('only open sessions of this media process can be bridged')
  }

  #launch(restingPorts: readonly number[] = []): void {
    this.#startedAtMs = this.#clock.monotonicMs()
    const connection = new MediaConnection({ ...this.#settings, restingPorts }, this.#clock, this.#log, {
      sign: () => this.#pulse?.sign(),
      news: (news) => this.#hear(news, connection),
      ended: () => this.#lose(),
    })
    this.#connection = connection
    this.#startTimer = this.#clock.after(startMs, () => this.#giveUp(connection, 'did not start'))
  }

  /** From now on a process that hangs is noticed, ended and started again like one that died. */
  #watch(connection: MediaConnection): void {
    this.#startTimer?.cancel()
    this.#pulse = new Pulse(this.#clock, this.#pulseMs, {
      ask: () => connection.tell('ping', undefined),
      stopped: () => this.#giveUp(connection, 'does not answer'),
    })
  }

  #giveUp(connection: MediaConnection, reason: string): void {
    this.#log.error({ pid: connection.pid, reason }, 'media process is ended')
    connection.kill()
  }

  #hear(news: NewsMessage, connection: MediaConnection): void {
    if (news.kind === 'ready') {
      this.#watch(connection)
      this.#isReady = true
      this.#whenReady?.()
      this.#whenReady = undefined
      this.#whenEnded = undefined
    } else if (news.kind === 'keyDown') this.#sessions.get(news.session)?.emit('keyDown', news.key)
    else if (news.kind === 'digit') this.#sessions.get(news.session)?.emit('digit', news.key, news.durationMs)
    else if (news.kind === 'audio') this.#sessions.get(news.session)?.hear(news.listening, news.pcm)
    else if (news.kind === 'silent') this.#sessions.get(news.session)?.emit('silent')
    else if (news.kind === 'heard') this.#sessions.get(news.session)?.emit('heard')
  }

  #lose(): void {
    this.#startTimer?.cancel()
    this.#pulse?.stop()
    this.#isReady = false
    this.#connection = undefined
    const lost = [...this.#sessions.values()]
    this.#sessions.clear()
    for (const session of lost) session.lose()
    if (this.#whenEnded !== undefined) {
      this.#whenEnded()
      return
    }
    if (this.#closed === undefined) this.#restart(lost.map(({ local }) => local.port))
  }

  #restart(lostPorts: readonly number[]): void {
    const livedMs = this.#clock.monotonicMs() - this.#startedAtMs
    this.#deaths = livedMs >= healthyAfterMs ? 0 : this.#deaths + 1
    const pauseMs = restartPausesMs[Math.min(this.#deaths, restartPausesMs.length - 1)] ?? 0
    this.#log.warn({ lostSessions: lostPorts.length, pauseMs }, 'media process is started again')
    this.#restartTimer = this.#clock.after(pauseMs, () => this.#launch(lostPorts))
  }

  async #shutDown(): Promise<void> {
    this.#restartTimer?.cancel()
    const connection = this.#connection
    if (connection === undefined) return
    const ended = new Promise<void>((resolve) => {
      this.#whenEnded = resolve
    })
    const impatience = this.#clock.after(shutDownMs, () => connection.kill())
    connection.tell('shutDown', undefined)
    await ended
    impatience.cancel()
  }
}
