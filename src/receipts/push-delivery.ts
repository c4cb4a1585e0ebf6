import type { EventBus } from '../events/event-bus.ts'
import type { Clock, Timer } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { PushItem, PushOutbox, PushSettlement } from './ports.ts'
import type { PushExchange } from './push-exchange.ts'
import { PushLine } from './push-line.ts'
import { type PushAnswer, settlement } from './push-schedule.ts'

/** What push delivery works with. */
export interface PushDeliveryOptions {
  readonly outbox: PushOutbox
  readonly exchange: PushExchange
  readonly bus: EventBus
  readonly clock: Clock
  readonly log: Log
}

/** Counters since the start, and what is in hand now: for /metrics. */
export interface PushStatistics {
  readonly inHand: number
  readonly delivered: number
  readonly failedAttempts: number
  readonly givenUp: number
}

/** How long items are kept from other nodes: far longer than a full line needs to empty. */
const leaseMs = 60_000
/** An item is not sent so shortly before its lease ends that the answer could come after it. */
const leaseMarginMs = 5_000
/** For retries that fall due, and for receipts that another node queued. */
const pollMs = 1_000
/** Receipts queued here are claimed after this long, so that a busy second asks the store ten times, not a thousand. */
const gatherMs = 100
const largestClaim = 500
const mostInHand = 2_000
const firstPauseMs = 100
const longestPauseMs = 5_000

/**
 * Pushes receipts to the URLs of their subscriptions, in batches, and again after 1, 5 and 10 minutes. Each target has
 * its own line, so that a receiver that is slow or dead keeps only its own receipts waiting. At least once: what was
 * sent and could not be settled is sent again when its lease is over.
 */
export class PushDelivery {
  readonly #outbox: PushOutbox
  readonly #exchange: PushExchange
  readonly #bus: EventBus
  readonly #clock: Clock
  readonly #log: Log
  readonly #lines = new Map<string, PushLine>()
  readonly #onTheWay = new Set<Promise<void>>()
  readonly #counts = { delivered: 0, failedAttempts: 0, givenUp: 0 }
  #running = false
  #claiming = false
  #claimAgain = false
  /** The last claim left something behind on purpose: there may be more to claim as soon as there is room. */
  #curtailed = false
  #poll: Timer | undefined
  #gather: Timer | undefined

  constructor(options: PushDeliveryOptions) {
    this.#outbox = options.outbox
    this.#exchange = options.exchange
    this.#bus = options.bus
    this.#clock = options.clock
    this.#log = options.log
  }

  start(): void {
    this.#running = true
    this.#bus.on('receipts.queued', this.#onQueued)
    this.#schedulePoll()
    this.#claim()
  }

  /**
   * Takes nothing new; resolves when everything that was sent is settled. What was claimed and not sent becomes due for
   * others when its lease ends.
   */
  async close(): Promise<void> {
    this.#running = false
    this.#bus.off('receipts.queued', this.#onQueued)
    this.#poll?.cancel()
    this.#gather?.cancel()
    await Promise.all(this.#onTheWay)
    this.#exchange.close()
  }

  statistics(): PushStatistics {
    return { inHand: this.#inHand(), ...this.#counts }
  }

  readonly #onQueued = () => {
    this.#gather ??= this.#clock.after(gatherMs, () => {
      this.#gather = undefined
      this.#claim()
    })
  }

  #schedulePoll(): void {
    this.#poll = this.#clock.after(pollMs, () => {
      this.#schedulePoll()
      this.#claim()
    })
  }

  /** Claims what is due as long as something comes, one claim at a time. */
  #claim(): void {
    this.#claimAgain = true
    if (!this.#claiming) this.#track(this.#claimAll())
  }

  async #claimAll(): Promise<void> {
    this.#claiming = true
    while (this.#claimAgain && this.#running) {
      this.#claimAgain = false
      const room = Math.min(largestClaim, mostInHand - this.#inHand())
      const fullUrls = this.#fullUrls()
      this.#curtailed = room <= 0 || fullUrls.length > 0
      if (room > 0 && (await this.#claimSome(room, fullUrls)) > 0) this.#claimAgain = true
    }
    this.#claiming = false
  }

  /** @returns how many came; none when the store refused, which is tried again by the next poll. */
  async #claimSome(limit: number, exceptUrls: readonly string[]): Promise<number> {
    const heldUntilMs = this.#clock.monotonicMs() + leaseMs - leaseMarginMs
    const items = await this.#outbox.claim(limit, leaseMs, exceptUrls).catch((error: unknown) => {
      this.#log.error({ err: error }, 'claiming receipts to push failed, trying again')
      return []
    })
    const touched = new Set<PushLine>()
    for (const item of items) {
      const line = this.#lineOf(item)
      line.add(item, heldUntilMs)
      touched.add(line)
    }
    if (this.#running) for (const line of touched) this.#dispatch(line)
    return items.length
  }

  #lineOf(item: PushItem): PushLine {
    const key = targetKey(item)
    const known = this.#lines.get(key)
    if (known !== undefined) return known
    const line = new PushLine()
    this.#lines.set(key, line)
    return line
  }

  #fullUrls(): string[] {
    const urls = new Set<string>()
    for (const [key, line] of this.#lines) if (line.isFull) urls.add(urlOfKey(key))
    return [...urls]
  }

  #inHand(): number {
    let count = 0
    for (const line of this.#lines.values()) count += line.length
    return count
  }

  /** Sends as many batches of a line as may be on their way. */
  #dispatch(line: PushLine): void {
    for (;;) {
      const batch = line.take(this.#clock.monotonicMs())
      if (batch.length === 0) return
      this.#track(this.#deliver(line, batch))
    }
  }

  async #deliver(line: PushLine, batch: readonly PushItem[]): Promise<void> {
    const settleUntilMs = this.#clock.monotonicMs() + leaseMs
    const [first] = batch
    if (first === undefined) return
    const answer = await this.#exchange.post(first.url, `[${batch.map((item) => item.body).join(',')}]`)
    this.#note(line, first, batch, answer)
    const results = batch.map((item) => settlement(item, answer, this.#clock.now()))
    await this.#settle(results, settleUntilMs)
    line.done(batch)
    if (!this.#running) return
    this.#dispatch(line)
    if (line.isEmpty && !line.isFailing) this.#lines.delete(targetKey(first))
    if (this.#curtailed) this.#claim()
  }

  /** Writes the results down, again and again while the lease lasts. */
  async #settle(results: readonly PushSettlement[], untilMs: number): Promise<void> {
    for (let failures = 0; ; failures++) {
      try {
        return await this.#outbox.settle(results)
      } catch (error) {
        const ids = results.map((one) => one.id)
        if (this.#clock.monotonicMs() >= untilMs) {
          this.#log.error({ ids, err: error }, 'push results could not be stored: these receipts will be pushed again')
          return
        }
        this.#log.warn({ ids, failures, err: error }, 'storing push results failed, trying again')
      }
      const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failures, 10))
      await new Promise<void>((resolve) => void this.#clock.after(pauseMs, resolve))
    }
  }

  /** Counts, and says in the log when a target stops or begins to answer. */
  #note(line: PushLine, first: PushItem, batch: readonly PushItem[], answer: PushAnswer): void {
    const target = { accountId: first.accountId, messageType: first.messageType }
    if (answer.accepted) {
      this.#counts.delivered += batch.length
      if (line.isFailing) this.#log.info(target, 'push target answers again')
    } else {
      const results = batch.map((item) => settlement(item, answer, 0).result)
      const givenUp = results.filter((one) => !one.delivered && one.retryAt === undefined).length
      this.#counts.failedAttempts += batch.length
      this.#counts.givenUp += givenUp
      if (!line.isFailing) this.#log.warn({ ...target, error: answer.error }, 'push target fails')
      if (givenUp > 0) this.#log.warn({ ...target, givenUp, error: answer.error }, 'receipts are not pushed any more')
    }
    line.isFailing = !answer.accepted
  }

  #track(work: Promise<void>): void {
    const tracked: Promise<void> = work.finally(() => this.#onTheWay.delete(tracked))
    this.#onTheWay.add(tracked)
  }
}

/** Account, type and URL: what may share a POST. The URL comes last: it may hold any character. */
function targetKey({ accountId, messageType, url }: PushItem): string {
  return `${accountId} ${messageType} ${url}`
}

function urlOfKey(key: string): string {
  return key.split(' ').slice(2).join(' ')
}
