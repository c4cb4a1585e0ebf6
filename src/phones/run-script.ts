import type { PhoneStep, Reliability, Sound, StepName } from './phone-script.ts'

/** What a script can make a phone do. Each act resolves when it is done and throws `CallOver` when the call ends first. */
export interface PhoneActs {
  ring(how: Reliability): void
  earlyMedia(sound: Sound, how: Reliability): Promise<void>
  answer(): Promise<void>
  press(keys: string): Promise<void>
  play(sound: Sound): Promise<void>
  pause(seconds: number): Promise<void>
  /** Until the far end ends the call. */
  untilOver(): Promise<never>
  hangUp(): Promise<void>
  reject(status: number, reason?: { q850: number; text?: string }): void
}

type Act<Name extends StepName> = (step: Extract<PhoneStep, { step: Name }>, phone: PhoneActs) => Promise<void>

const acts: { readonly [Name in StepName]: Act<Name> } = {
  async ring(step, phone) {
    phone.ring(step)
    await (step.seconds === 'untilGivenUp' ? phone.untilOver() : phone.pause(step.seconds))
  },
  earlyMedia: (step, phone) => phone.earlyMedia(step.sound, step),
  answer: (_, phone) => phone.answer(),
  async press({ keys, afterSeconds }, phone) {
    await phone.pause(afterSeconds)
    await phone.press(keys)
  },
  say: ({ text }, phone) => phone.play({ kind: 'speech', text }),
  play: ({ file }, phone) => phone.play({ kind: 'file', file }),
  wait: ({ seconds }, phone) => phone.pause(seconds),
  listen: (_, phone) => phone.untilOver(),
  hangup: (_, phone) => phone.hangUp(),
  async reject({ status, q850, text }, phone) {
    phone.reject(status, q850 === undefined ? undefined : { q850, ...(text !== undefined && { text }) })
  },
}

/** Does one step. */
export function runStep(step: PhoneStep, phone: PhoneActs): Promise<void> {
  return runNamed(step.step, step, phone)
}

/** Ties a step to the act of its name, which the compiler cannot follow through a union by itself. */
function runNamed<Name extends StepName>(
  name: Name,
  step: Extract<PhoneStep, { step: Name }>,
  phone: PhoneActs,
): Promise<void> {
  return acts[name](step, phone)
}

/** Does the steps one after the other. @throws {CallOver} when the call ends before the last one */
export async function runScript(
  steps: readonly PhoneStep[],
  phone: PhoneActs,
  onStep: (step: PhoneStep) => void,
): Promise<void> {
  for (const step of steps) {
    onStep(step)
    await runStep(step, phone)
  }
}
