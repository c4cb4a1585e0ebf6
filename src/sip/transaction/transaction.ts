import type { Clock, Timer } from '../../lib/clock.ts'
import type { Arrows, TimerEvent } from './arrows.ts'
import { type TimerBase, type TimerName, timerMs } from './timers.ts'

/** What transactions need from around them. */
export interface TransactionTools {
  clock: Clock
  timers: TimerBase
  /** No retransmissions, no waiting for late ones (TCP). */
  isReliable: boolean
  /** The transaction is over and forgets itself. */
  terminated: () => void
}

/** Runs a table of arrows: the state, its timers, and nothing else. */
export abstract class Transaction<State extends string, Event extends string, Act extends string> {
  readonly #arrows: Arrows<State, Event | TimerEvent, Act>
  readonly #tools: TransactionTools
  readonly #running = new Map<TimerName, Timer>()
  readonly #rounds = new Map<TimerName, number>()
  #state: State

  protected constructor(arrows: Arrows<State, Event | TimerEvent, Act>, start: State, tools: TransactionTools) {
    this.#arrows = arrows
    this.#state = start
    this.#tools = tools
  }

  get state(): State {
    return this.#state
  }

  /** Forgets everything without a word: the user agent closes. */
  close(): void {
    this.#stopTimers()
  }

  /** Does what an arrow's act says. */
  protected abstract perform(act: Act): void

  /** Sets timers in the first state. */
  protected start(...timers: TimerName[]): void {
    for (const timer of timers) this.#startTimer(timer)
  }

  /** Follows the arrow for an event. @returns whether the state has one */
  protected fire(event: Event | TimerEvent): boolean {
    const arrow = this.#arrows[this.#state][event]
    if (arrow === undefined) return false
    if (arrow.keep === undefined) this.#stopTimers()
    this.#state = arrow.to
    if (arrow.to === 'terminated') this.#tools.terminated()
    for (const timer of arrow.start ?? []) this.#startTimer(timer)
    if (arrow.act !== undefined) this.perform(arrow.act)
    return true
  }

  #startTimer(timer: TimerName): void {
    const round = this.#rounds.get(timer) ?? 0
    const delayMs = timerMs(timer, this.#tools.timers, round, this.#tools.isReliable)
    if (delayMs === undefined) return
    this.#rounds.set(timer, round + 1)
    const task = () => {
      this.#running.delete(timer)
      this.fire(`timer${timer}`)
    }
    // A wait of nothing is no wait: the act of the same arrow still comes first.
    if (delayMs === 0) queueMicrotask(task)
    else this.#running.set(timer, this.#tools.clock.after(delayMs, task))
  }

  #stopTimers(): void {
    for (const timer of this.#running.values()) timer.cancel()
    this.#running.clear()
  }
}
