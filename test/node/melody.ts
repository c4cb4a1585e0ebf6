import type { Tone } from '../../src/media/tone/find-tones.ts'

/** A lost packet cuts a note in two; rounds and notes of a voice file are further apart. */
const longestCutMs = 200

/**
 * Which notes were heard, in order. An overtone sounds under a louder tone and is no note; a note that was cut counts once.
 *
 * @param notesHz the notes that may come; others are told by their frequency
 */
export function melody(tones: readonly Tone[], notesHz: readonly number[]): number[] {
  const isOvertone = (tone: Tone) =>
    tones.some((other) => other.levelDb > tone.levelDb + 6 && other.fromMs < tone.toMs && tone.fromMs < other.toMs)
  const notes: number[] = []
  let endMs = Number.NEGATIVE_INFINITY
  for (const tone of tones) {
    if (isOvertone(tone)) continue
    const note = notesHz.find((one) => Math.abs(one - tone.frequencyHz) / one < 0.02) ?? Math.round(tone.frequencyHz)
    if (note !== notes.at(-1) || tone.fromMs - endMs > longestCutMs) notes.push(note)
    endMs = tone.toMs
  }
  return notes
}
