import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { Admit, SipListener } from '../user-agent.types.ts'

/** What one source that is served may send, messages a second: more than one core can work on. */
const servedPerSecond = 5000

/** What one stranger may send before its messages are no longer read at all, messages a second. */
const strangersPerSecond = 20

/** Sources that are counted at once. A source that is forgotten begins anew, so a flood of forged ones costs no memory. */
const mostSources = 10_000

/** How often a flood is told of in the log, milliseconds. */
const reportMs = 60_000

export interface GatekeeperOptions {
  clock: Clock
  log: Log
  admit?: Admit | undefined
  /** Instead of 5,000. */
  mostMessagesPerSecond?: number | undefined
}

/** How a message is to be treated: worked on, read only to see whether it belongs to a call, or not read. */
export type Standing = 'served' | 'stranger' | 'refused'

interface Bucket {
  left: number
  atMs: number
}

/** Decides whose messages are heard, and how many of them: before anything is parsed, without an answer to anybody. */
export class Gatekeeper {
  readonly #options: GatekeeperOptions
  readonly #buckets = new Map<string, Bucket>()
  #dropped = 0
  #reportedMs = Number.NEGATIVE_INFINITY

  constructor(options: GatekeeperOptions) {
    this.#options = options
  }

  /** Judges the next message of a source, and counts it. */
  judge(source: SipListener): Standing {
    const { admit, mostMessagesPerSecond = servedPerSecond } = this.#options
    const isServed = admit === undefined || admit(source) === 'serve'
    if (this.#take(source.host, isServed ? mostMessagesPerSecond : strangersPerSecond)) {
      return isServed ? 'served' : 'stranger'
    }
    this.dropped(source)
    return 'refused'
  }

  /** Notes a message that was dropped; the log hears of it once a minute at most. */
  dropped({ transport, host }: SipListener): void {
    const { clock, log } = this.#options
    this.#dropped++
    const now = clock.monotonicMs()
    if (now - this.#reportedMs < reportMs) return
    log.info({ transport, source: host, dropped: this.#dropped }, 'sip: messages dropped unanswered')
    this.#reportedMs = now
    this.#dropped = 0
  }

  /** A bucket that holds one second's worth and fills evenly. */
  #take(host: string, perSecond: number): boolean {
    const now = this.#options.clock.monotonicMs()
    const bucket = this.#buckets.get(host) ?? this.#newBucket(host, { left: perSecond, atMs: now })
    bucket.left = Math.min(perSecond, bucket.left + ((now - bucket.atMs) * perSecond) / 1000)
    bucket.atMs = now
    if (bucket.left < 1) return false
    bucket.left--
    return true
  }

  #newBucket(host: string, bucket: Bucket): Bucket {
    if (this.#buckets.size >= mostSources) {
      const [oldest] = this.#buckets.keys()
      if (oldest !== undefined) this.#buckets.delete(oldest)
    }
    this.#buckets.set(host, bucket)
    return bucket
  }
}
