import { isIP } from 'node:net'
import { canonicalHost } from '../../lib/canonical-host.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { SipListener, SipTransportName } from '../sip-target.ts'
import type { Admit, SipDrops } from '../user-agent.types.ts'

/** What one source that is served may send, messages a second: more than one core can work on. */
const servedPerSecond = 5000

/** What one stranger may send before its messages are no longer read at all, messages a second. */
const strangersPerSecond = 20

/**
 * A stranger that this end spoke to may connect, and send as much as who is served, for as long as calls usually last: one
 * may lead to another address of a carrier, whose answers and hang-ups come from there. Milliseconds.
 */
const spokenToMs = 3_600_000

/** What a new connection counts for, messages: opening one costs more than reading one, a handshake far more. */
const connectionCost: Readonly<Record<SipTransportName, number>> = { udp: 1, tcp: 10, tls: 50 }

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
  /** Strangers that this end spoke to, and when last; the latest at the end. */
  readonly #spokenTo = new Map<string, number>()
  readonly #drops: SipDrops = { strangers: 0, floods: 0, connections: 0 }
  /** Since the log was told. */
  #dropped = 0
  #reportedMs = Number.NEGATIVE_INFINITY

  constructor(options: GatekeeperOptions) {
    this.#options = options
  }

  /** What was dropped since the start. */
  get drops(): SipDrops {
    return { ...this.#drops }
  }

  /** Judges a new connection: only those of admitted sources and of calls, and not too many of one, are read at all. */
  mayConnect(source: SipListener): boolean {
    const { mostMessagesPerSecond = servedPerSecond } = this.#options
    const isServed = this.#isServed(source) || this.#wasSpokenTo(source)
    const cost = connectionCost[source.transport]
    if (isServed && this.#take(source.host, mostMessagesPerSecond, cost)) return true
    this.dropped(source, 'connections')
    return false
  }

  /** Judges the next message of a source, and counts it. */
  judge(source: SipListener): Standing {
    const { mostMessagesPerSecond = servedPerSecond } = this.#options
    const isServed = this.#isServed(source)
    const isKnown = isServed || this.#wasSpokenTo(source)
    if (this.#take(source.host, isKnown ? mostMessagesPerSecond : strangersPerSecond, 1)) {
      return isServed ? 'served' : 'stranger'
    }
    this.dropped(source, isServed ? 'floods' : 'strangers')
    return 'refused'
  }

  /** A message leaves for that end. */
  spokeTo(farEnd: SipListener): void {
    // Who is called by a name shows its address with the first message, like anybody.
    if (isIP(farEnd.host) === 0 || this.#isServed(farEnd)) return
    const host = canonicalHost(farEnd.host)
    const [longestAgo] = this.#spokenTo.keys()
    this.#spokenTo.delete(host)
    if (this.#spokenTo.size >= mostSources && longestAgo !== undefined) this.#spokenTo.delete(longestAgo)
    this.#spokenTo.set(host, this.#options.clock.monotonicMs())
  }

  /** Notes what was dropped, and why; the log hears of it once a minute at most. */
  dropped({ transport, host }: SipListener, why: keyof SipDrops): void {
    const { clock, log } = this.#options
    this.#drops[why]++
    this.#dropped++
    const now = clock.monotonicMs()
    if (now - this.#reportedMs < reportMs) return
    log.info({ transport, source: host, dropped: this.#dropped }, 'sip: messages or connections dropped unanswered')
    this.#reportedMs = now
    this.#dropped = 0
  }

  #isServed(source: SipListener): boolean {
    const { admit } = this.#options
    return admit === undefined || admit(source) === 'serve'
  }

  #wasSpokenTo({ host }: SipListener): boolean {
    const atMs = this.#spokenTo.get(canonicalHost(host))
    return atMs !== undefined && this.#options.clock.monotonicMs() - atMs <= spokenToMs
  }

  /** A bucket that holds one second's worth and fills evenly. */
  #take(host: string, perSecond: number, cost: number): boolean {
    const now = this.#options.clock.monotonicMs()
    const bucket = this.#buckets.get(host) ?? this.#newBucket(host, { left: perSecond, atMs: now })
    bucket.left = Math.min(perSecond, bucket.left + ((now - bucket.atMs) * perSecond) / 1000)
    bucket.atMs = now
    if (bucket.left < cost) return false
    bucket.left -= cost
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
