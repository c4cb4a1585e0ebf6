import type { CallOutcome } from '../../domain/call/call-outcome.ts'
import type { ToneStretch } from '../../media/tone/chinese-tones.ts'

/** The call-progress tones of a country, as data: another country is another table. */
export interface TonePlan {
  readonly country: string
  readonly signals: readonly ToneSignal[]
}

/** One tone of a plan: what repeats as long as it sounds. */
export interface ToneSignal {
  /** For people: `busy tone`. */
  readonly name: string
  /** One period. No two neighbours are alike. */
  readonly period: readonly ToneStretch[]
  /** How the call ends that it is played to; absent: it does not say. */
  readonly outcome?: CallOutcome
  /** The callee is being rung: nothing is wrong. */
  readonly callGoesOn?: boolean
}

/** The frequencies that sound together, as one text; empty: a pause. */
export function soundName(hz: readonly number[]): string {
  return hz.join('+')
}

/** Every sound of a plan, once, without the pause. */
export function soundsOf(plan: TonePlan): { name: string; hz: readonly number[] }[] {
  const sounds = new Map<string, readonly number[]>()
  for (const { period } of plan.signals) {
    for (const { hz } of period) if (hz.length > 0) sounds.set(soundName(hz), hz)
  }
  return [...sounds].map(([name, hz]) => ({ name, hz }))
}
