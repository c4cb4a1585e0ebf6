import type { Clock, Timer } from '../../lib/clock.ts'

/** What a trunk stands at. `resting`: it failed calls and gets none for a while. */
export type Health = 'unknown' | 'up' | 'down' | 'resting'

/** How a next hop answered OPTIONS: alive whatever it said, but for 503. */
export interface PingResult {
  readonly isAlive: boolean
  /** In words: `answers 200 OK`, `does not answer`. */
  readonly words: string
}

export interface TrunkHealthParts {
  /** OPTIONS to the next hop. @throws when there is no address to ask */
  readonly ping: () => Promise<PingResult>
  /** Between two that are answered, seconds; 0: never asked. */
  readonly pingSeconds: number
  /** So many calls in a row may fail by the trunk's own fault before it rests; 0: it never rests. */
  readonly restAfter: number
  readonly clock: Clock
  /** 0 ≤ random() < 1: spreads the questions of many nodes. */
  readonly random: () => number
  /** The health is another one now. */
  readonly changed: (health: Health, why: string) => void
}

/** The first rest; each one that follows without a success in between lasts twice as long. */
const firstRestMs = 5_000
const longestRestMs = 300_000

/** A Retry-After beyond this is not believed (RFC 3261 §20.33). */
const longestRetryAfterSeconds = 600

/** While a next hop is down it is asked again after this, then twice as long, up to the usual time. */
const firstRetryMs = 1_000

/**
 * Whether a trunk is worth a call: asked by OPTIONS, and seen from the calls themselves. A trunk that fails calls rests,
 * so that a dead carrier does not burn what waits in the queue; after the rest one call tries it.
 */
export class TrunkHealth {
  readonly #parts: TrunkHealthParts
  #heard: 'unknown' | 'up' | 'down' = 'unknown'
  #failures = 0
  #restMs = 0
  #restingUntilMs: number | undefined
  #isTrying = false
  #retryMs = firstRetryMs
  #workedAtMs = Number.NEGATIVE_INFINITY
  #why = 'nothing is known of it yet'
  #pingTimer: Timer | undefined
  #restTimer: Timer | undefined
  #isClosed = false

  constructor(parts: TrunkHealthParts) {
    this.#parts = parts
    if (parts.pingSeconds > 0) this.#pingTimer = parts.clock.after(0, () => this.#ping())
  }

  get health(): Health {
    if (this.#heard === 'down') return 'down'
    return this.#restMs > 0 ? 'resting' : this.#heard
  }

  /** What was last heard, in words. */
  get why(): string {
    return this.#why
  }

  /** How many calls may be tried now: none, one that tries whether the trunk works again, or any number. */
  get mayTry(): number {
    if (this.#heard === 'down') return 0
    if (this.#restMs === 0) return Number.MAX_SAFE_INTEGER
    return this.#restingUntilMs === undefined && !this.#isTrying ? 1 : 0
  }

  /** A call was sent. */
  began(): void {
    if (this.#restMs > 0) this.#isTrying = true
  }

  /** The call told nothing about the trunk: it was given up from here. */
  toldNothing(): void {
    this.#isTrying = false
  }

  /** The next hop answered a call as it should. */
  worked(): void {
    const before = this.health
    this.#failures = 0
    this.#restMs = 0
    this.#restingUntilMs = undefined
    this.#isTrying = false
    this.#restTimer?.cancel()
    this.#heard = 'up'
    this.#workedAtMs = this.#parts.clock.monotonicMs()
    this.#why = 'it carries calls'
    this.#tell(before)
  }

  /**
   * A call failed by the fault of the trunk.
   *
   * @param retryAfterSeconds when the next hop asks to be left alone for so long
   */
  failed(why: string, retryAfterSeconds?: number): void {
    if (this.#isClosed) return
    const before = this.health
    this.#failures++
    this.#why = why
    const wasTrying = this.#isTrying
    this.#isTrying = false
    const { restAfter } = this.#parts
    if (restAfter === 0) return
    if (retryAfterSeconds === undefined && !wasTrying && this.#failures < restAfter) return
    if (this.#restingUntilMs === undefined) {
      this.#restMs = Math.min(longestRestMs, this.#restMs === 0 ? firstRestMs : this.#restMs * 2)
      const askedMs = Math.min(retryAfterSeconds ?? 0, longestRetryAfterSeconds) * 1000
      this.#rest(Math.max(this.#restMs, askedMs))
    }
    this.#tell(before)
  }

  /** Nothing is told any more, whatever its last calls come to. */
  close(): void {
    this.#isClosed = true
    this.#pingTimer?.cancel()
    this.#restTimer?.cancel()
  }

  #rest(restMs: number): void {
    const { clock } = this.#parts
    this.#restingUntilMs = clock.monotonicMs() + restMs
    this.#restTimer?.cancel()
    this.#restTimer = clock.after(restMs, () => {
      this.#restingUntilMs = undefined
      // Still `resting`, but one call may try.
      this.#parts.changed(this.health, this.#why)
    })
  }

  #ping(): void {
    const { ping, clock, random } = this.#parts
    const askedAtMs = clock.monotonicMs()
    ping()
      .catch(
        (error: unknown): PingResult => ({
          isAlive: false,
          words: error instanceof Error ? error.message : String(error),
        }),
      )
      .then((result) => {
        if (this.#isClosed) return
        this.#heardPing(result, askedAtMs)
        const usualMs = this.#parts.pingSeconds * 1000
        const nextMs = this.#heard === 'down' ? Math.min(usualMs, this.#retryMs) : usualMs
        this.#retryMs = this.#heard === 'down' ? this.#retryMs * 2 : firstRetryMs
        // A fifth more or less, so that nodes that were started together do not ask together.
        this.#pingTimer = clock.after(nextMs * (0.8 + 0.4 * random()), () => this.#ping())
      })
  }

  #heardPing({ isAlive, words }: PingResult, askedAtMs: number): void {
    // Some carriers never answer OPTIONS: a call that worked meanwhile knows better.
    if (!isAlive && this.#workedAtMs >= askedAtMs) return
    const before = this.health
    this.#heard = isAlive ? 'up' : 'down'
    if (this.#restMs === 0 || !isAlive) this.#why = words
    this.#tell(before)
  }

  #tell(before: Health): void {
    if (!this.#isClosed && this.health !== before) this.#parts.changed(this.health, this.#why)
  }
}
