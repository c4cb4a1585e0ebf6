import type pg from 'pg'
import type { Clock, Timer } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'

/** Where the triggers of `0001-accounts.sql` tell of changes. */
const channel = 'yuyin_directory'

/** How often a silent connection is asked whether it still lives. */
const pingMs = 5_000
const reconnectMs = 500

export interface ChangeListenerOptions {
  readonly clock: Clock
  readonly log: Log
  /** Makes a connection of its own, not yet connected. */
  connect(): pg.Client
  /** Something changed, or may have changed unheard. */
  onChange(): void
  /** Other news that this connection hears, by channel. What is told while it is down is not heard. */
  readonly news?: Readonly<Record<string, (payload: string) => void>>
}

/**
 * Hears of every change of the directory, on whichever node it is made. While the connection is down `isHearing` is false and
 * nothing may be believed to be unchanged.
 */
export class ChangeListener {
  readonly #options: ChangeListenerOptions
  #client: pg.Client | undefined
  #timer: Timer | undefined
  /** Resolves when no connection that was given up is still being closed. */
  #parting: Promise<void> = Promise.resolve()
  #closed = false

  constructor(options: ChangeListenerOptions) {
    this.#options = options
  }

  get isHearing(): boolean {
    return this.#client !== undefined
  }

  /** Connects and listens. @throws when the database cannot be reached; later failures are logged and mended. */
  async open(): Promise<void> {
    const client = this.#options.connect()
    const news = this.#options.news ?? {}
    client.on('notification', ({ channel: from, payload }) => {
      if (from === channel) this.#options.onChange()
      else news[from]?.(payload ?? '')
    })
    client.on('error', (error) => this.#lost(client, error.message))
    client.on('end', () => this.#lost(client, 'the connection ended'))
    try {
      await client.connect()
      for (const one of [channel, ...Object.keys(news)]) await client.query(`LISTEN ${one}`)
    } catch (error) {
      await this.#part(client)
      throw error
    }
    if (this.#closed) return client.end()
    this.#client = client
    // Changes made while nobody listened were not heard.
    this.#options.onChange()
    this.#schedule(pingMs, () => this.#ping(client))
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#timer?.cancel()
    const client = this.#client
    this.#client = undefined
    await client?.end()
    await this.#parting
  }

  /** Closes a connection that is of no use any more: what went wrong with it was told. */
  async #part(client: pg.Client): Promise<void> {
    try {
      await client.end()
    } catch (error) {
      this.#options.log.warn({ err: error }, 'a connection that was given up could not be closed')
    }
  }

  async #ping(client: pg.Client): Promise<void> {
    try {
      await client.query('SELECT 1')
      if (this.#client === client) this.#schedule(pingMs, () => this.#ping(client))
    } catch (error) {
      this.#lost(client, String(error))
    }
  }

  #lost(client: pg.Client, reason: string): void {
    if (this.#closed || this.#client !== client) return
    this.#client = undefined
    this.#options.log.warn({ reason }, 'lost the connection that hears of directory changes')
    this.#parting = this.#part(client)
    this.#options.onChange()
    this.#schedule(reconnectMs, () => this.#reopen())
  }

  async #reopen(): Promise<void> {
    try {
      await this.open()
      this.#options.log.info({}, 'hearing of directory changes again')
    } catch (error) {
      this.#options.log.debug({ error: String(error) }, 'still cannot hear of directory changes')
      this.#schedule(reconnectMs, () => this.#reopen())
    }
  }

  #schedule(delayMs: number, task: () => Promise<void>): void {
    if (this.#closed) return
    this.#timer?.cancel()
    this.#timer = this.#options.clock.after(delayMs, () => void task())
  }
}
