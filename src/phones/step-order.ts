import type { PhoneStep, StepName } from './phone-script.ts'
import { ScriptError } from './script-values.ts'

/** When a step makes sense: before the answer, after it, or any time. */
const place: Readonly<Record<StepName, 'before' | 'after' | 'any'>> = {
  ring: 'before',
  earlyMedia: 'before',
  answer: 'before',
  reject: 'before',
  press: 'after',
  say: 'after',
  play: 'after',
  listen: 'after',
  hangup: 'after',
  wait: 'any',
}

/** Whether nothing can follow the step. */
function endsTheCall(step: PhoneStep): boolean {
  if (step.step === 'ring') return step.seconds === 'untilGivenUp'
  return step.step === 'listen' || step.step === 'hangup' || step.step === 'reject'
}

/** Refuses steps that a telephone cannot do in this order. @throws {ScriptError} */
export function checkOrder(steps: readonly PhoneStep[]): void {
  let answered = false
  steps.forEach((step, index) => {
    const where = `step ${index + 1} (${step.step})`
    const previous = steps[index - 1]
    if (previous !== undefined && endsTheCall(previous)) {
      throw new ScriptError(
        `${where}: nothing can follow step ${index} (${previous.step}), which lasts until the call is over`,
      )
    }
    if (place[step.step] === 'before' && answered) {
      throw new ScriptError(`${where}: the phone has answered already; move this step before {"answer":true}`)
    }
    if (place[step.step] === 'after' && !answered) {
      throw new ScriptError(`${where}: the phone has not answered yet; put {"answer":true} before this step`)
    }
    if (step.step === 'answer') answered = true
  })
}
