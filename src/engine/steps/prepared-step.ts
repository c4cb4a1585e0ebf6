import type { Leg } from '../ports.ts'

export type StepEnd = 'done' | 'stopped' | 'failed' | 'keyTimeout'

/** A step that is ready to run on an answered leg. */
export interface PreparedStep {
  /**
   * `stopped`: it ended early, because the signal was aborted or the line is ending. `failed`: it could not be done and
   * the call should end. `keyTimeout`: nobody pressed the key that was asked for, and the call should end.
   */
  run(leg: Leg, signal: AbortSignal): Promise<StepEnd>
}
