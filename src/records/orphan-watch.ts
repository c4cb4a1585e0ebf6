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
 * Closes the calls of dead nodes, every few seconds: their phones may have rung, so they end as `systemError`, or as
 * `cancelled` when they had been called off, and are never dialled again.
 */
export function orphanWatch(options: OrphanWatchOptions): Rounds {
  const { clock, log } = options
  return new Rounds({
    everyMs: lookMs,
    clock,
    work: () => closeOrphans(options),
    failed: (error) => log.error({ err: error }, 'orphaned calls could not be looked up'),
  })
}

async function closeOrphans({ orphans, bus, clock, log }: OrphanWatchOptions): Promise<void> {
  for (const { call, isCalledOff } of await orphans()) {
    const { callId } = call
    const outcome = isCalledOff ? 'cancelled' : 'systemError'
    log.warn({ callId }, 'this call was on the line when its node ended; it is closed, not dialled again')
    bus.emit('call.ended', { call, outcome, endedAt: clock.now(), hangUpBy: 'here' })
  }
}
