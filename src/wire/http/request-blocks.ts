import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { SharedLimits } from '../../operations/ports.ts'

/** A limit is taken in so many blocks at most, of at least one request each. */
const blocksPerSecond = 10

/** An answer that comes when its second is over is still used for so long, milliseconds: what was counted may be spent. */
const lateUseMs = 50

/** Limits that are remembered; above that, those whose second is over are forgotten. */
const capacity = 10_000

/** What this node holds of one limit. */
interface Block {
  /** Requests that may still pass. */
  left: number
  /** Until when, on the monotonic clock. */
  untilMs: number
  /** Nothing more can be had until then. */
  isDry: boolean
  /** The question that is under way: everyone who comes meanwhile waits for it. */
  asking: Promise<void> | undefined
}

/**
 * Requests taken from limits that all nodes share, a block at a time. What one node took and did not use within the
 * second is lost: at most a tenth of the limit per node.
 */
export class RequestBlocks {
  readonly #shared: SharedLimits
  readonly #clock: Pick<Clock, 'monotonicMs'>
  readonly #log: Log
  readonly #blocks = new Map<string, Block>()

  constructor(shared: SharedLimits, clock: Pick<Clock, 'monotonicMs'>, log: Log) {
    this.#shared = shared
    this.#clock = clock
    this.#log = log
  }

  /**
   * Takes one request.
   *
   * @param name the limit
   * @param limit requests a second of all nodes together
   * @returns milliseconds until the second is over when nothing is left; `undefined`: it may pass
   */
  async take(name: string, limit: number): Promise<number | undefined> {
    const block = this.#block(name)
    for (;;) {
      const leftMs = block.untilMs - this.#clock.monotonicMs()
      if (leftMs > 0 && block.left > 0) {
        block.left--
        return undefined
      }
      if (leftMs > 0 && block.isDry) return Math.ceil(leftMs)
      block.asking ??= this.#ask(name, limit, block)
      await block.asking
    }
  }

  async #ask(name: string, limit: number, block: Block): Promise<void> {
    const askedAt = this.#clock.monotonicMs()
    const wanted = Math.max(1, Math.ceil(limit / blocksPerSecond))
    try {
      const { granted, remainingMs } = await this.#shared.take(name, wanted, limit)
      block.left = granted
      block.isDry = granted < wanted
      // Counted from the question: the second ends at the database no sooner than here.
      block.untilMs = Math.max(askedAt + remainingMs, this.#clock.monotonicMs() + lateUseMs)
    } catch (error) {
      // Without the others this node keeps to its part of the limit. Refusing everybody would help nobody.
      this.#log.warn({ limit: name, error: String(error) }, 'the shared request limits cannot be asked')
      block.left = Math.max(1, Math.floor(wanted / this.#shared.liveNodes))
      block.isDry = true
      block.untilMs = this.#clock.monotonicMs() + 1000 / blocksPerSecond
    } finally {
      block.asking = undefined
    }
  }

  #block(name: string): Block {
    const known = this.#blocks.get(name)
    if (known !== undefined) return known
    if (this.#blocks.size >= capacity) this.#forget()
    const block = { left: 0, untilMs: 0, isDry: false, asking: undefined }
    this.#blocks.set(name, block)
    return block
  }

  #forget(): void {
    const now = this.#clock.monotonicMs()
    for (const [name, { untilMs, asking }] of this.#blocks) {
      if (untilMs <= now && asking === undefined) this.#blocks.delete(name)
    }
  }
}
