import type { Step } from '../../domain/script/script.ts'
import type { Leg, Speech } from '../ports.ts'
import { preparePlay } from './play.ts'

/** A step that is ready to run on an answered leg. */
export interface PreparedStep {
  /** `failed`: the step could not be done and the call should end. Aborting the signal ends it early, as `done`. */
  run(leg: Leg, signal: AbortSignal): Promise<'done' | 'failed'>
}

/** Makes a step ready while the phone does not ring yet. @throws {SpeechUnavailable} */
export function prepareStep(step: Step, speech: Speech): Promise<PreparedStep> {
  switch (step.do) {
    case 'play':
      return preparePlay(step, speech)
  }
}
