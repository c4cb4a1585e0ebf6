import { chinaDay } from '../../lib/china-time.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { TrunkBoard } from './ports.ts'

/** Calls taken from the day's cap in one go: a crash loses at most so many of them. */
const mostAtOnce = 100

/** A store that gave no answer is left alone for so long. */
const retryMs = 1_000

export interface DayQuotaParts {
  readonly trunk: string
  /** Of all nodes together. */
  readonly callsPerDay: number
  readonly board: Pick<TrunkBoard, 'takeOfDay' | 'giveBackOfDay'>
  readonly clock: Clock
  readonly log: Log
  /** There is something left again. */
  readonly refilled: () => void
}

/**
 * What this node may still place today on a trunk with a cap per day. It is taken from the store in small blocks before it
 * is used, so that the cap holds over all nodes and restarts, and no call waits for the store.
 */
export class DayQuota {
  readonly #parts: DayQuotaParts
  readonly #block: number
  #day = ''
  #left = 0
  #isExhausted = false
  #notBeforeMs = 0
  #taking: Promise<void> | undefined

  constructor(parts: DayQuotaParts) {
    this.#parts = parts
    this.#block = Math.min(mostAtOnce, Math.max(1, Math.ceil(parts.callsPerDay / 50)))
    this.look()
  }

  /** Calls that may be placed now without asking anybody. */
  get left(): number {
    this.look()
    return this.#left
  }

  /** Takes one. Only when there is one left. */
  spend(): void {
    this.#left--
    this.look()
  }

  /** Takes a block when little is left, and begins anew when the day has changed. */
  look(): void {
    const { clock } = this.#parts
    const today = chinaDay(clock.now())
    if (today !== this.#day) {
      this.#day = today
      this.#left = 0
      this.#isExhausted = false
    }
    if (this.#isExhausted || this.#taking !== undefined || this.#left * 2 > this.#block) return
    if (clock.monotonicMs() < this.#notBeforeMs) return
    this.#taking = this.#take(today).finally(() => {
      this.#taking = undefined
    })
  }

  /** Asks again when another node may have given something back. */
  lookAgain(): void {
    this.#isExhausted = false
    this.look()
  }

  /** Gives back what was not used. */
  async close(): Promise<void> {
    await this.#taking
    const { board, trunk, log } = this.#parts
    this.#isExhausted = true
    const unused = this.#left
    this.#left = 0
    if (unused === 0) return
    await board.giveBackOfDay(trunk, this.#day, unused).catch((error: unknown) => {
      log.warn({ trunk, unused, err: String(error) }, 'calls of the day could not be given back; they stay unused')
    })
  }

  async #take(day: string): Promise<void> {
    const { board, trunk, callsPerDay, clock, log } = this.#parts
    try {
      const taken = await board.takeOfDay(trunk, day, this.#block, callsPerDay)
      if (day !== this.#day) return
      this.#left += taken
      this.#isExhausted = taken < this.#block
      if (taken > 0) this.#parts.refilled()
    } catch (error) {
      this.#notBeforeMs = clock.monotonicMs() + retryMs
      log.warn({ trunk, err: String(error) }, 'the calls of the day could not be counted; trying again')
    }
  }
}
