import type { EventBus } from '../events/event-bus.ts'
import type { Clock, Timer } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { PushItem, PushOutbox } from './ports.ts'
import type { PushAnswer, PushExchange } from './push-exchange.ts'
import type { PushLine } from './push-line.ts'
import { PushLines } from './push-lines.ts'
import { retryAt } from './push-schedule.ts'
import { PushSettling } from './push-settling.ts'

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
/**
 * Receipts queued here are claimed after this long, so that a busy second asks the store ten times, not a thousand; and
 * after a batch came back, those that were held behind its receipts.
 */
const gatherMs = 100
const largestClaim = 1_000
const mostPerTarget = 200
const mostInHand = 10_000

/**
 * Pushes receipts to the URLs of their subscriptions, in batches, and again after 1, 5 and 10 minutes. Each target has
 * its own line, so that a receiver that is slow or dead keeps only its own receipts waiting. The order of each call is
 * kept, retries included: the outbox holds what comes after a receipt that waits. At least once: what was sent and
 * could not be settled is sent again when its lease is over.
 */
export class PushDelivery {
  readonly #outbox: PushOutbox
  readonly #exchange: PushExchange
  readonly #bus: EventBus
  readonly #clock: Clock
  readonly #log: Log
  readonly #settling: PushSettling
  readonly #lines = new PushLines()
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
    this.#settling = new PushSettling(options.outbox, options.clock, options.log)
  }

  start(): void {
    this.#running = true
    this.#bus.on('receipts.queued', this.#claimSoon)
    this.#schedulePoll()
    this.#claim()
  }

  /** Takes nothing new, gives back what was not sent, and resolves when everything that was sent is settled. */
  async close(): Promise<void> {
    this.#running = false
    this.#bus.off('receipts.queued', this.#claimSoon)
    this.#poll?.cancel()
    this.#gather?.cancel()
    while (this.#onTheWay.size > 0) await Promise.all(this.#onTheWay)
    await this.#settling.release(this.#lines.empty())
    this.#exchange.close()
  }

  statistics(): PushStatistics {
    return { inHand: this.#lines.length, ...this.#counts }
  }

  readonly #claimSoon = () => {
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
      const limit = Math.min(largestClaim, mostInHand - this.#lines.length)
      const except = this.#lines.full()
      this.#curtailed = limit <= 0 || except.length > 0
      const wanted = { limit, perTarget: mostPerTarget, leaseMs, except }
      if (limit > 0 && (await this.#claimSome(wanted)) > 0) this.#claimAgain = true
    }
    this.#claiming = false
  }

  /** @returns how many came; none when the store refused, which is tried again by the next poll. */
  async #claimSome(wanted: Parameters<PushOutbox['claim']>[0]): Promise<number> {
    const heldUntilMs = this.#clock.monotonicMs() + leaseMs - leaseMarginMs
    const items = await this.#outbox.claim(wanted).catch((error: unknown) => {
      this.#log.error({ err: error }, 'claiming receipts to push failed, trying again')
      return []
    })
    const touched = new Set<PushLine>()
    for (const item of items) {
      const line = this.#lines.of(item)
      line.add(item, heldUntilMs)
      touched.add(line)
    }
    for (const line of touched) this.#dispatch(line)
    return items.length
  }

  /** Sends as many batches of a line as may be on their way. */
  #dispatch(line: PushLine): void {
    while (this.#running) {
      const batch = line.take(this.#clock.monotonicMs())
      const [first] = batch
      if (first === undefined) return
      this.#track(this.#deliver(line, first, batch))
    }
  }

  async #deliver(line: PushLine, first: PushItem, batch: readonly PushItem[]): Promise<void> {
    const settleUntilMs = this.#clock.monotonicMs() + leaseMs
    const madeAt = this.#clock.now()
    const answer = await this.#exchange.post(
      first.url,
      `[${batch.map((one) => one.body).join(',')}]`,
      first.signingSecret,
    )
    const { error, status, latencyMs } = answer
    const now = this.#clock.now()
    const settlements = batch.map((item) => ({
      item,
      retryAt: error === undefined ? undefined : retryAt(item.attempts + 1, now),
    }))
    this.#note(line, first, settlements, answer)
    await this.#settling.settle({ settlements, madeAt, latencyMs, status, answer: answer.text, error }, settleUntilMs)
    await this.#settling.release(line.done(batch, error === undefined))
    if (!this.#running) return
    this.#dispatch(line)
    this.#lines.tidy(first)
    if (this.#curtailed) this.#claim()
    else this.#claimSoon()
  }

  /** Counts, and says in the log when a target stops or begins to answer. */
  #note(
    line: PushLine,
    first: PushItem,
    settlements: readonly { retryAt: number | undefined }[],
    { error }: PushAnswer,
  ): void {
    const target = { accountId: first.accountId, messageType: first.messageType }
    if (error === undefined) {
      this.#counts.delivered += settlements.length
      if (line.isFailing) this.#log.info(target, 'push target answers again')
    } else {
      const givenUp = settlements.filter((one) => one.retryAt === undefined).length
      this.#counts.failedAttempts += settlements.length
      this.#counts.givenUp += givenUp
      if (!line.isFailing) this.#log.warn({ ...target, error }, 'push target fails')
      if (givenUp > 0) this.#log.warn({ ...target, givenUp, error }, 'receipts are not pushed any more')
    }
    line.isFailing = error !== undefined
  }

  #track(work: Promise<void>): void {
    const tracked: Promise<void> = work.finally(() => this.#onTheWay.delete(tracked))
    this.#onTheWay.add(tracked)
  }
}
