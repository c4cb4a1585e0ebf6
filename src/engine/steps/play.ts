import type { PlayStep } from '../../domain/script/script.ts'
import type { Leg, Speech } from '../ports.ts'
import type { PreparedStep } from './prepared-step.ts'

/** Pause between two rounds of a prompt, milliseconds: long enough to be heard as "once more". */
const roundGapMs = 600

/**
 * Plays a prompt, `times` rounds of it. It is rendered while the call is prepared, before the phone rings, so that
 * nobody ever picks up to silence.
 */
export async function preparePlay(step: PlayStep, speech: Speech): Promise<PreparedStep> {
  const audio = await speech.render(step.prompt, { speed: step.speed })
  return {
    async run(leg: Leg, signal: AbortSignal) {
      const played = await leg.play(
        { files: audio.files, times: step.times, gapMs: roundGapMs, volume: step.volume },
        signal,
      )
      return played === 'complete' ? 'done' : played
    },
  }
}
