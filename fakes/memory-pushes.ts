import type { Clock } from '../src/lib/clock.ts'
import type { PushAttempt, PushItem, PushOutbox } from '../src/receipts/ports.ts'

interface StoredPush {
  readonly item: PushItem
  readonly attempts: number
  readonly dueAt: number
  readonly leased: boolean
}

/** What a test says about a receipt to be pushed. */
export type AddedPush = Pick<PushItem, 'accountId' | 'messageType' | 'callId' | 'url' | 'body'> & {
  readonly signingSecret?: string
}

/** A push outbox in memory: due times, leases, attempts, and the order of each call. */
export class MemoryPushes implements PushOutbox {
  readonly delivered: PushItem[] = []
  readonly givenUp: PushItem[] = []
  /** Every attempt that was written. */
  readonly attempts: PushAttempt[] = []
  readonly #clock: Clock
  readonly #waiting = new Map<string, StoredPush>()
  #lastId = 0
  #failures = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Makes the next `count` claims, releases and settlements fail. */
  failNext(count: number): void {
    this.#failures = count
  }

  add(push: AddedPush): void {
    const id = String(++this.#lastId)
    const item = { signingSecret: undefined, ...push, id, attempts: 0, leasedUntil: 0 }
    this.#waiting.set(id, { item, attempts: 0, dueAt: this.#clock.now(), leased: false })
  }

  /** Items that are not done with. */
  get left(): number {
    return this.#waiting.size
  }

  async claim({ limit, perTarget, leaseMs, except = [] }: Parameters<PushOutbox['claim']>[0]): Promise<PushItem[]> {
    this.#mayFail()
    const now = this.#clock.now()
    const taken = new Map<string, number>()
    const chosen = new Set<string>()
    for (const { item, dueAt } of this.#waiting.values()) {
      const count = taken.get(item.url) ?? 0
      if (dueAt > now || chosen.size >= limit || count >= perTarget) continue
      if (except.some(({ accountId, url }) => accountId === item.accountId && url === item.url)) continue
      if (this.#isHeld(item, chosen)) continue
      taken.set(item.url, count + 1)
      chosen.add(item.id)
    }
    return [...chosen].flatMap((id) => this.#lease(id, now + leaseMs))
  }

  async release(items: readonly PushItem[]): Promise<void> {
    this.#mayFail()
    for (const item of items) {
      const stored = this.#waiting.get(item.id)
      if (stored?.leased === true && stored.dueAt === item.leasedUntil) {
        this.#waiting.set(item.id, { ...stored, leased: false, dueAt: this.#clock.now() })
      }
    }
  }

  async settle(attempt: PushAttempt): Promise<void> {
    this.#mayFail()
    this.attempts.push(attempt)
    for (const { item, retryAt } of attempt.settlements) {
      const stored = this.#waiting.get(item.id)
      if (stored?.leased !== true || stored.dueAt !== item.leasedUntil) continue
      const attempts = stored.attempts + 1
      if (attempt.error !== undefined && retryAt !== undefined) {
        this.#waiting.set(item.id, { ...stored, attempts, leased: false, dueAt: retryAt })
        continue
      }
      this.#waiting.delete(item.id)
      const settled = { ...item, attempts }
      if (attempt.error === undefined) this.delivered.push(settled)
      else this.givenUp.push(settled)
    }
  }

  /** Something of the same call and URL comes before it, and is not claimed with it. */
  #isHeld(item: PushItem, chosen: ReadonlySet<string>): boolean {
    for (const { item: earlier } of this.#waiting.values()) {
      if (earlier.id === item.id) return false
      const isOfCall =
        earlier.accountId === item.accountId && earlier.callId === item.callId && earlier.url === item.url
      if (isOfCall && !chosen.has(earlier.id)) return true
    }
    return false
  }

  #lease(id: string, leasedUntil: number): PushItem[] {
    const stored = this.#waiting.get(id)
    if (stored === undefined) return []
    this.#waiting.set(id, { ...stored, leased: true, dueAt: leasedUntil })
    return [{ ...stored.item, attempts: stored.attempts, leasedUntil }]
  }

  #mayFail(): void {
    if (this.#failures === 0) return
    this.#failures--
    throw new Error('the store is away')
  }
}
