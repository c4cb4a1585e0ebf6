import type { CallEnding } from '../call-news.ts'
import type { Leg } from '../ports.ts'

export type StepEnd = 'done' | 'stopped' | 'failed' | 'keyTimeout' | CallEnding

/** A step that is ready to run on an answered leg. */
export interface PreparedStep {
  /**
   * `stopped`: it ended early, because the signal was aborted or the line is ending. `failed`: it could not be done and
   * the call should end. `keyTimeout`: nobody pressed the key that was asked for, and the call should end. A step that
   * gives the ending itself wants the call to end so.
   */
  run(leg: Leg, signal: AbortSignal): Promise<StepEnd>
}
