import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Clock, Timer } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { isHelperNews } from './helper-messages.ts'

/** The helper process could not do a job: it died, hung, or cannot be started. The next job may succeed. */
export class HelperLost extends Error {
  override readonly name = 'HelperLost'
}

/** The job itself failed inside the helper. `reason` is the name of the error there. */
export class HelperRefused extends Error {
  override readonly name = 'HelperRefused'
  readonly reason: string

  constructor(reason: string, message: string) {
    super(message)
    this.reason = reason
  }
}

export interface HelperOptions {
  /** For logs. */
  readonly name: string
  readonly start: () => ChildProcess
  readonly log: Log
  readonly clock: Clock
  /** From the fork until the child says that it is ready. */
  readonly startLimitMs: number
  /** For one job; a child that takes longer is killed. */
  readonly jobLimitMs: number
  /** Jobs that may wait for their turn. More are refused at once. */
  readonly waitingLimit: number
}

interface Job {
  readonly body: unknown
  readonly resolve: (reply: unknown) => void
  readonly reject: (error: Error) => void
  /** How many children died over it. */
  deaths: number
}

/** A job that killed this many children is given up: it is the job's fault. */
const deathsPerJob = 2
/** Pause before a child is started again after it died without having finished anything; doubled each time. */
const firstPauseMs = 250
const longestPauseMs = 30_000
/** Deaths in a row, without one finished job between them, after which waiting is no use. */
const startsUntilDown = 3

/**
 * A child process of ours that does one job at a time and is started again when it dies. The job it died over is tried
 * once more in the new child.
 */
export class HelperProcess {
  readonly #options: HelperOptions
  readonly #waiting: Job[] = []
  #child: ChildProcess | undefined
  #ready = false
  #current: { id: number; job: Job; limit: Timer } | undefined
  #nextId = 1
  #fruitlessStarts = 0
  #pause: Timer | undefined
  #startLimit: Timer | undefined
  /** Starting failed again and again: jobs are refused at once until a child gets ready. */
  #down = false
  #closed = false
  #onReady: ((body: unknown) => void) | undefined
  #onFirstDeath: ((error: Error) => void) | undefined

  private constructor(options: HelperOptions) {
    this.#options = options
  }

  /**
   * Starts the child and waits until it is ready.
   * @returns the helper and what the child said about itself
   * @throws {HelperLost} when it dies, or says nothing in time
   */
  static async start(options: HelperOptions): Promise<{ helper: HelperProcess; ready: unknown }> {
    const helper = new HelperProcess(options)
    try {
      const ready = await new Promise<unknown>((resolve, reject) => {
        helper.#onReady = resolve
        helper.#onFirstDeath = reject
        helper.#startChild()
      })
      return { helper, ready }
    } catch (error) {
      await helper.close()
      throw error
    }
  }

  /** Process id of the child while there is one. */
  get pid(): number | undefined {
    return this.#child?.pid
  }

  /**
   * Does one job, after those that were asked for before.
   * @throws {HelperLost | HelperRefused}
   */
  ask(body: unknown): Promise<unknown> {
    if (this.#closed) return Promise.reject(new HelperLost(`${this.#options.name} is closed`))
    if (this.#down) return Promise.reject(new HelperLost(`${this.#options.name} cannot be started`))
    if (this.#waiting.length >= this.#options.waitingLimit) {
      return Promise.reject(new HelperLost(`${this.#options.name} has ${this.#waiting.length} jobs waiting`))
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ body, resolve, reject, deaths: 0 })
      this.#next()
    })
  }

  /** Ends the child; jobs that were not done are refused. */
  async close(): Promise<void> {
    this.#closed = true
    this.#pause?.cancel()
    this.#startLimit?.cancel()
    this.#current?.limit.cancel()
    const lost = new HelperLost(`${this.#options.name} was closed`)
    this.#current?.job.reject(lost)
    this.#current = undefined
    for (const job of this.#waiting.splice(0)) job.reject(lost)
    const child = this.#child
    this.#child = undefined
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }

  describe(): string {
    const state = this.#closed ? 'closed' : this.#ready ? 'ready' : 'starting'
    return `${this.#options.name}: ${state}, ${this.#waiting.length} waiting`
  }

  #startChild(): void {
    const child = this.#options.start()
    this.#child = child
    this.#ready = false
    this.#startLimit = this.#options.clock.after(this.#options.startLimitMs, () => child.kill('SIGKILL'))
    child.on('message', (message) => this.#hear(child, message))
    // 'error' comes instead of 'exit' when the program cannot be started, and also when a message cannot be sent.
    child.on('error', (error) => this.#childEnded(child, error.message))
    child.on('exit', (code, signal) => this.#childEnded(child, signal ?? `exit code ${code}`))
  }

  #hear(child: ChildProcess, message: unknown): void {
    if (child !== this.#child || !isHelperNews(message)) return
    if (message.kind === 'ready') {
      this.#startLimit?.cancel()
      this.#ready = true
      this.#down = false
      this.#onFirstDeath = undefined
      this.#onReady?.(message.body)
      this.#next()
      return
    }
    if (this.#current?.id !== message.id) return
    const { job, limit } = this.#current
    limit.cancel()
    this.#current = undefined
    this.#fruitlessStarts = 0
    if (message.kind === 'done') job.resolve(message.body)
    else job.reject(new HelperRefused(message.name, message.message))
    this.#next()
  }

  #next(): void {
    const child = this.#child
    if (!this.#ready || child === undefined || this.#current !== undefined) return
    const job = this.#waiting.shift()
    if (job === undefined) return
    const limit = this.#options.clock.after(this.#options.jobLimitMs, () => {
      job.deaths = deathsPerJob
      child.kill('SIGKILL')
    })
    this.#current = { id: this.#nextId++, job, limit }
    child.send({ id: this.#current.id, body: job.body })
  }

  #childEnded(child: ChildProcess, how: string): void {
    if (child !== this.#child) return
    const { name, log, clock } = this.#options
    child.kill('SIGKILL')
    this.#child = undefined
    this.#ready = false
    this.#startLimit?.cancel()
    this.#giveBackCurrent(how)
    if (this.#onFirstDeath !== undefined) {
      this.#onFirstDeath(new HelperLost(`${name} ended before it was ready (${how})`))
      return
    }
    const pauseMs = Math.min(
      longestPauseMs,
      this.#fruitlessStarts === 0 ? 0 : firstPauseMs * 2 ** this.#fruitlessStarts,
    )
    this.#fruitlessStarts += 1
    if (this.#fruitlessStarts >= startsUntilDown) this.#goDown(how)
    log.warn({ helper: name, how, pauseMs }, 'helper process ended, starting it again')
    this.#pause = clock.after(pauseMs, () => this.#startChild())
  }

  #goDown(how: string): void {
    this.#down = true
    const lost = new HelperLost(`${this.#options.name} cannot be started (${how})`)
    for (const job of this.#waiting.splice(0)) job.reject(lost)
  }

  /** The job the child died over: first in the queue again, or given up. */
  #giveBackCurrent(how: string): void {
    if (this.#current === undefined) return
    const { job, limit } = this.#current
    limit.cancel()
    this.#current = undefined
    job.deaths += 1
    if (job.deaths < deathsPerJob) this.#waiting.unshift(job)
    else job.reject(new HelperLost(`${this.#options.name} ended during a job (${how})`))
  }
}
