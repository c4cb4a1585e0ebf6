import type { PhoneScript, PhoneStep, Reliability, Sound } from './phone-script.ts'

/** A script in the form that `parseScript` reads: `parseScript(printScript(script))` is the same script. */
export interface PrintedScript {
  steps: Record<string, unknown>[]
  faults?: Record<string, unknown>
  whenBusy?: 'answer'
}

/** Writes a script as people write it; what is default is left out. */
export function printScript(script: PhoneScript): PrintedScript {
  const { lateByeSeconds, ...lineFaults } = script.faults
  const faults = { ...lineFaults, ...(lateByeSeconds !== undefined && { lateBye: lateByeSeconds }) }
  return {
    steps: script.steps.map(printStep),
    ...(Object.keys(faults).length > 0 && { faults }),
    ...(script.whenBusy === 'answer' && { whenBusy: script.whenBusy }),
  }
}

/** One step as people write it: `{"press":"1","after":3}`. */
export function printStep(step: PhoneStep): Record<string, unknown> {
  switch (step.step) {
    case 'ring':
      return { ring: step.seconds === 'untilGivenUp' ? true : step.seconds, ...printReliability(step) }
    case 'earlyMedia':
      return { earlyMedia: printSound(step.sound), ...printReliability(step) }
    case 'press':
      return { press: step.keys, ...(step.afterSeconds > 0 && { after: step.afterSeconds }) }
    case 'say':
      return { say: step.text }
    case 'play':
      return { play: step.file }
    case 'wait':
      return { wait: step.seconds }
    case 'reject':
      return {
        reject: step.status,
        ...(step.q850 !== undefined && { cause: step.q850 }),
        ...(step.text !== undefined && { text: step.text }),
      }
    case 'answer':
    case 'listen':
    case 'hangup':
      return { [step.step]: true }
  }
}

function printReliability({ isReliable }: Reliability): { reliable?: boolean } {
  return isReliable === undefined ? {} : { reliable: isReliable }
}

function printSound(sound: Sound): unknown {
  switch (sound.kind) {
    case 'file':
      return sound.file
    case 'speech':
      return { say: sound.text }
    case 'tone':
      return { tone: sound.tone }
  }
}
