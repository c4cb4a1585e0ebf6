import type { Clock, Timer } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { TrunkBoard, TrunkShare } from './ports.ts'
import type { TrunkLine } from './trunk-line.ts'

/** How often this node tells how its trunks stand, and hears what its share of the caps is. */
export const renewMs = 1_000

/** What is new is told sooner. */
const newsMs = 50

/**
 * A share that could not be renewed for so long is used no more: soon after, the other nodes take this one for dead and
 * divide its share among themselves.
 */
const lastsMs = 15_000

/**
 * A larger share of calls per second is used only when the second is over in which another node may still have used it.
 */
const raiseAfterMs = 1_000

export interface ShareKeeperParts {
  readonly board: TrunkBoard
  readonly clock: Clock
  readonly log: Log
  /** Those that are there now. */
  readonly lines: () => readonly TrunkLine[]
}

/** Renews the shares of this node, as long as it lives. */
export class ShareKeeper {
  readonly #parts: ShareKeeperParts
  #granted = new WeakMap<TrunkLine, TrunkShare>()
  /** Until the shares lapse; runs also while a renewal gets no answer. */
  #lapse: Timer | undefined
  #timer: Timer | undefined
  #renewing: Promise<void> | undefined
  #isAsked = false
  /** A trunk got its first share: that it takes calls now is worth telling. */
  #hasNews = false
  #isClosed = false
  #isFailing = false
  readonly #raises = new Set<Timer>()

  constructor(parts: ShareKeeperParts) {
    this.#parts = parts
  }

  /** Renews now, or when the renewal that is under way is done. */
  renewSoon(): void {
    this.#isAsked = true
    if (this.#renewing !== undefined || this.#isClosed) return
    this.#timer?.cancel()
    this.#isAsked = false
    this.#renewing = this.#renew().finally(() => {
      this.#renewing = undefined
      if (this.#isClosed) return
      if (this.#isAsked) this.renewSoon()
      else this.#timer = this.#parts.clock.after(this.#hasNews ? newsMs : renewMs, () => this.renewSoon())
      this.#hasNews = false
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#timer?.cancel()
    this.#lapse?.cancel()
    for (const timer of this.#raises) timer.cancel()
    await this.#renewing
  }

  async #renew(): Promise<void> {
    const { board, clock, log, lines } = this.#parts
    let asked = lines()
    try {
      const shares = await board.renew({
        reports: () => {
          asked = lines()
          return asked.map((line) => line.report())
        },
        lower: (shares) => {
          for (const line of asked) if (line.origin === 'store') line.lowerShare(shares.get(line.profile.name))
        },
      })
      if (asked.some(({ origin, profile }) => origin === 'store' && !shares.has(profile.name))) {
        throw new Error('this node is not among the living')
      }
      this.#lapse?.cancel()
      if (!this.#isClosed) this.#lapse = clock.after(lastsMs, () => this.#letLapse())
      if (this.#isFailing) log.info({}, 'the shares of the trunks are renewed again')
      this.#isFailing = false
      for (const line of asked) this.#give(line, shares.get(line.profile.name))
    } catch (error) {
      // Once, not every second.
      if (!this.#isFailing) log.warn({ err: String(error) }, 'the shares of the trunks could not be renewed')
      this.#isFailing = true
    }
  }

  #letLapse(): void {
    for (const line of this.#parts.lines()) {
      if (line.origin === 'store') line.setShare({ channels: 0, callsPerSecond: 0 })
    }
    this.#granted = new WeakMap()
  }

  #give(line: TrunkLine, share: TrunkShare | undefined): void {
    if (share === undefined || line.origin !== 'store') return
    const before = this.#granted.get(line)
    this.#granted.set(line, share)
    this.#hasNews ||= before === undefined
    if (before === undefined || share.callsPerSecond <= before.callsPerSecond) {
      line.setShare(share)
      return
    }
    line.setShare({ ...share, callsPerSecond: before.callsPerSecond })
    const timer = this.#parts.clock.after(raiseAfterMs, () => {
      this.#raises.delete(timer)
      const now = this.#granted.get(line)
      if (now !== undefined)
        line.setShare({ ...now, callsPerSecond: Math.min(now.callsPerSecond, share.callsPerSecond) })
    })
    this.#raises.add(timer)
  }
}
