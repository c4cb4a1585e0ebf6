import type { Call, Product } from '../domain/call/call.ts'
import { linesOf } from '../domain/script/script.ts'
import type { Clock, Timer } from '../lib/clock.ts'
import { CallPace } from './call-pace.ts'
import { type CallSurroundings, LiveCall } from './live-call.ts'
import type { CallQueue } from './ports.ts'
import { PutBacks } from './put-backs.ts'

export interface DiallerOptions extends CallSurroundings {
  readonly queue: CallQueue
  /** New calls per second on this node, `Infinity` for no limit. */
  readonly callsPerSecond: number
  /** How long a call of each product may wait for a free line before it ends as "over concurrency", seconds. */
  readonly maxWaitSeconds: Readonly<Partial<Record<Product, number>>>
  /** `true` while records cannot be written fast enough: no new calls meanwhile. */
  readonly isBehind?: () => boolean
}

/** Most calls taken from the queue in one go: the claim is one statement, and its result must fit in a message. */
const largestClaim = 200

/** Looks at the queue this often even when nobody says that there is work (other nodes accept calls too). */
const idlePollMs = 1000

/** How long a call that was called off and is not known here is remembered: its claim may be on its way. */
const calledOffMemoryMs = 60_000

/** While records are behind, or calls go back because no trunk takes them, the queue is looked at again after this long. */
const behindPollMs = 50

/**
 * Takes calls from the queue as lines become free and runs them. A call that was taken is on disk as attempted; from
 * then on it ends exactly once, here, or as an orphan when this node dies.
 */
export class Dialler {
  readonly #options: DiallerOptions
  readonly #clock: Clock
  readonly #pace: CallPace
  readonly #putBacks: PutBacks
  readonly #live = new Map<string, LiveCall>()
  /** Called off and not seen here, by CallId: until when they are remembered, monotonic milliseconds. */
  readonly #calledOff = new Map<string, number>()
  #state: 'running' | 'draining' = 'running'
  #isOutOfPatience = false
  #isLooking = false
  #lookAgain = false
  #nextExpiryMs = 0
  #pollTimer: Timer | undefined
  #whenIdle: (() => void)[] = []

  constructor(options: DiallerOptions) {
    this.#options = options
    this.#clock = options.clock
    this.#pace = new CallPace(options.callsPerSecond, options.clock)
    this.#putBacks = new PutBacks(options)
  }

  /** Begins to look at the queue. */
  start(): void {
    this.wake()
  }

  /** There may be work: a call was accepted, or a line became free. Cheap; call it as often as you like. */
  wake(): void {
    if (this.#state !== 'running') return
    if (this.#isLooking) {
      this.#lookAgain = true
      return
    }
    this.#isLooking = true
    this.#pollTimer?.cancel()
    this.#look()
      .catch((error: unknown) => {
        this.#options.log.error({ err: error }, 'the call queue could not be read; trying again in a second')
        return idlePollMs
      })
      .then((waitMs) => {
        this.#isLooking = false
        this.#settleIdle()
        if (this.#state === 'draining') return
        if (this.#lookAgain) {
          this.wake()
          return
        }
        this.#pollTimer = this.#clock.after(waitMs, () => this.wake())
      })
  }

  /** Calls on the line now. */
  get liveCalls(): number {
    return this.#live.size
  }

  /** Whether no further calls are taken: for balancers, who should ask another node. */
  get isDraining(): boolean {
    return this.#state === 'draining'
  }

  /**
   * Takes no further calls and resolves when the live ones have ended; after `patienceMs` they are hung up, and those for
   * which nothing was sent yet are left to the other nodes.
   */
  async drain(patienceMs: number): Promise<void> {
    this.#state = 'draining'
    this.#pollTimer?.cancel()
    const impatience = this.#clock.after(patienceMs, () => {
      this.#isOutOfPatience = true
      this.#putBacks.giveUp()
      for (const call of this.#live.values()) call.hangUp()
    })
    if (this.#live.size > 0 || this.#isLooking) await new Promise<void>((resolve) => this.#whenIdle.push(resolve))
    impatience.cancel()
  }

  /** Ends a call of this node in whatever state it is; one that is about to come from the queue is not dialled any more. */
  callOff(callId: string): void {
    const live = this.#live.get(callId)
    if (live !== undefined) {
      live.callOff()
      return
    }
    const nowMs = this.#clock.monotonicMs()
    for (const [known, untilMs] of this.#calledOff) if (untilMs < nowMs) this.#calledOff.delete(known)
    this.#calledOff.set(callId, nowMs + calledOffMemoryMs)
  }

  describe(): string[] {
    return [...this.#live.values()].map((call) => call.describe())
  }

  /** Empties the queue as far as lines are free. @returns milliseconds until it is worth looking again. */
  async #look(): Promise<number> {
    if (!(await this.#expireStale())) return behindPollMs
    do {
      this.#lookAgain = false
      if (this.#options.isBehind?.() || this.#putBacks.isBusy) return behindPollMs
      const [free, pace] = [this.#freeLines(), this.#pace.available()]
      const room = Math.min(free, pace, largestClaim)
      if (this.#state !== 'running' || room <= 0) break
      // Where the pace allows one call a second, a call of two legs would wait until the node has no other.
      const isAllFree = this.#live.size === 0 || (free > pace && this.#pace.isFull)
      const calls = await this.#options.queue.claim(room, isAllFree)
      const lines = calls.reduce((sum, call) => sum + linesOf(call.script), 0)
      this.#pace.spend(lines)
      for (const call of calls) this.#run(call)
      if (lines >= room) this.#lookAgain = true
    } while (this.#lookAgain)
    return Math.max(1, Math.min(idlePollMs, this.#pace.waitMs() || idlePollMs))
  }

  /**
   * A verification code that rings minutes late does harm: what waited too long ends unrung. All of it, before the next
   * claim: after a long stop of the node more has waited than one `expire` takes, and a claim begins with the oldest.
   *
   * @returns false when records are behind before all of it has ended
   */
  async #expireStale(): Promise<boolean> {
    const { queue, maxWaitSeconds, bus, isBehind } = this.#options
    if (this.#clock.monotonicMs() < this.#nextExpiryMs) return true
    const nowMs = this.#clock.now()
    for (const product of Object.keys(maxWaitSeconds) as Product[]) {
      const seconds = maxWaitSeconds[product]
      if (seconds === undefined) continue
      for (;;) {
        if (isBehind?.()) return false
        const stale = await queue.expire(product, nowMs - seconds * 1000)
        if (stale.length === 0) break
        for (const call of stale) {
          bus.emit('call.ended', { call, outcome: 'overConcurrency', endedAt: nowMs, hangUpBy: 'here' })
        }
      }
    }
    this.#nextExpiryMs = this.#clock.monotonicMs() + idlePollMs
    return true
  }

  /** Lines that the trunk has left, less those that are kept for calls which have not dialled them yet. */
  #freeLines(): number {
    let kept = 0
    for (const call of this.#live.values()) kept += call.linesToDial
    return this.#options.trunk.capacity() - kept
  }

  #run(call: Call): void {
    const live = new LiveCall(call, this.#options)
    this.#live.set(call.callId, live)
    if (this.#calledOff.delete(call.callId)) live.callOff()
    live
      .run()
      .then((end) => (end === 'undialled' ? this.#putBack(call) : undefined))
      .then(() => {
        this.#live.delete(call.callId)
        if (this.#state === 'running') this.wake()
        else this.#settleIdle()
      })
    // A claim that was under way when patience ended: these calls are not dialled here any more.
    if (this.#isOutOfPatience) live.hangUp()
  }

  /** It was not begun: neither are its lines taken from the calls of this second. */
  #putBack(call: Call): Promise<void> {
    this.#pace.giveBack(linesOf(call.script))
    return this.#putBacks.add(call)
  }

  #settleIdle(): void {
    if (this.#state !== 'draining' || this.#live.size > 0 || this.#isLooking) return
    for (const resolve of this.#whenIdle.splice(0)) resolve()
  }
}
