import type { Leg } from '../ports.ts'

/** A step that is ready to run on an answered leg. */
export interface PreparedStep {
  /** `failed`: the step could not be done and the call should end. Aborting the signal ends it early, as `done`. */
  run(leg: Leg, signal: AbortSignal): Promise<'done' | 'failed'>
}
