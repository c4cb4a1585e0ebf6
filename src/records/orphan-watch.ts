import type { Call } from '../domain/call/call.ts'
import type { EventBus } from '../events/event-bus.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { Rounds } from '../lib/rounds.ts'

/** What the watch works with. */
export interface OrphanWatchOptions {
  /** Takes over calls whose node ended while they were on the line: each is handed out once. */
  readonly orphans: () => Promise<Orphan[]>
  readonly bus: EventBus
  readonly clock: Clock
  readonly log: Log
}

/** A call that a dead node had, and whether its account had called it off before. */
export interface Orphan {
  readonly call: Call
  readonly isCalledOff: boolean
}

/** Orphans are looked for this often. */
const lookMs = 5_000

/**
 * Closes the calls of dead nodes: their phones may have rung, so they end as `systemError`, or as `cancelled` when they had
 * been called off, and are never dialled again.
 */
export class OrphanWatch {
  readonly #options: OrphanWatchOptions
  readonly #looks: Rounds

  constructor(options: OrphanWatchOptions) {
    const { clock, log } = options
    this.#options = options
    this.#looks = new Rounds({
      everyMs: lookMs,
      clock,
      work: () => this.#look(),
      failed: (error) => log.error({ err: error }, 'orphaned calls could not be looked up'),
    })
  }

  /** Looks once, and from then on every few seconds. @throws when the first look fails */
  async start(): Promise<void> {
    await this.#look()
    this.#looks.start()
  }

  /** Resolves when no look is under way any more. */
  close(): Promise<void> {
    return this.#looks.close()
  }

  async #look(): Promise<void> {
    const { orphans, bus, clock, log } = this.#options
    for (const { call, isCalledOff } of await orphans()) {
      const { callId } = call
      const outcome = isCalledOff ? 'cancelled' : 'systemError'
      log.warn({ callId }, 'this call was on the line when its node ended; it is closed, not dialled again')
      bus.emit('call.ended', { call, outcome, endedAt: clock.now(), hangUpBy: 'here' })
    }
  }
}
