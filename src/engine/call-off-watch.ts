import type { EventBus } from '../events/event-bus.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { Rounds } from '../lib/rounds.ts'
import type { Dialler } from './dialler.ts'
import type { CallOffs } from './ports.ts'

/** What the watch works with. */
export interface CallOffWatchOptions {
  readonly callOffs: CallOffs
  readonly dialler: Pick<Dialler, 'callOff' | 'liveCalls'>
  readonly bus: EventBus
  readonly clock: Clock
  readonly log: Log
}

/** Other nodes tell at once what they call off here; what was told while nobody heard is found this often. */
const lookMs = 5_000

/**
 * Ends calls that their accounts call off, wherever they asked: what waited in the queue is ended without being dialled,
 * what is on a line here is hung up. Calls of a node that died are closed by the orphan watch, as called off.
 */
export class CallOffWatch {
  readonly #options: CallOffWatchOptions
  readonly #looks: Rounds
  #stopHearing: () => void = () => {}

  constructor(options: CallOffWatchOptions) {
    const { clock, log } = options
    this.#options = options
    this.#looks = new Rounds({
      everyMs: lookMs,
      clock,
      work: () => this.#look(),
      failed: (error) => log.error({ err: error }, 'calls that were called off could not be looked up'),
    })
  }

  /** Begins to listen. Before the dialler takes its first call. */
  start(): void {
    const { callOffs, dialler, bus, clock } = this.#options
    this.#stopHearing = callOffs.onCalledOff((off) => {
      if (off.kind === 'live') dialler.callOff(off.callId)
      else bus.emit('call.ended', { call: off.call, outcome: 'cancelled', endedAt: clock.now(), hangUpBy: 'here' })
    })
    this.#looks.start()
  }

  /** Stops listening; resolves when no look is under way any more. */
  async close(): Promise<void> {
    this.#stopHearing()
    await this.#looks.close()
  }

  async #look(): Promise<void> {
    const { callOffs, dialler } = this.#options
    if (dialler.liveCalls === 0) return
    for (const callId of await callOffs.calledOffHere()) dialler.callOff(callId)
  }
}
