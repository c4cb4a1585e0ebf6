import type { Step } from '../../domain/script/script.ts'
import type { Speech } from '../ports.ts'
import { preparePlay } from './play.ts'
import type { PreparedStep } from './prepared-step.ts'

/** Makes a step ready while the phone does not ring yet. @throws {SpeechUnavailable} */
export function prepareStep(step: Step, speech: Speech): Promise<PreparedStep> {
  switch (step.do) {
    case 'play':
      return preparePlay(step, speech)
  }
}
