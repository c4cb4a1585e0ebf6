import type { Step } from '../../domain/script/script.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Speech } from '../ports.ts'
import { type BridgeTools, prepareBridge } from './bridge.ts'
import { preparePlay } from './play.ts'
import type { PreparedStep } from './prepared-step.ts'
import { prepareMenu } from './run-menu.ts'

/** What steps are made ready with. */
export interface StepTools extends BridgeTools {
  readonly speech: Speech
  readonly clock: Clock
}

/** Makes a step ready while the phone does not ring yet. @throws {SpeechUnavailable} */
export function prepareStep(step: Step, tools: StepTools): Promise<PreparedStep> {
  switch (step.do) {
    case 'play':
      return preparePlay(step, tools.speech)
    case 'menu':
      return prepareMenu(step, tools.speech, tools.clock)
    case 'bridge':
      return prepareBridge(step, tools)
  }
}
