import { writeWav } from '../../../src/media/codec/wav-writer.ts'
import { findTones } from '../../../src/media/tone/find-tones.ts'
import { makeTone } from '../../../src/media/tone/make-tone.ts'
import { devProfile } from '../../../src/store/accounts/seed-dev-profile.ts'
import type { TestNode } from '../../node/start-test-node.ts'

/** One tone of a tone-coded voice file. */
export interface CodedTone {
  readonly frequencyHz: number
  readonly durationMs: number
}

/** Stores a voice file of these tones, one after the other, as an approved one of the dev account. */
export async function addToneVoice(node: TestNode, code: string, tones: readonly CodedTone[]): Promise<void> {
  const samples = Int16Array.from(tones.flatMap((tone) => [...makeTone([tone.frequencyHz], tone.durationMs)]))
  await node.admin.voices.save({
    accountId: devProfile.accountId,
    code,
    review: 'approved',
    wav: writeWav(samples),
    durationMs: tones.reduce((sum, tone) => sum + tone.durationMs, 0),
  })
}

/** The tones of a recording (8 kHz), in order. */
export function heardTones(samples: Int16Array): (CodedTone & { readonly fromMs: number })[] {
  return findTones(samples).map(({ frequencyHz, fromMs, toMs }) => ({ frequencyHz, fromMs, durationMs: toMs - fromMs }))
}
