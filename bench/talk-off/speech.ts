import { speak } from '../voices/espeak.ts'
import { speakers, texts } from './texts.ts'

/** espeak-ng's range of pitches, from a deep man to a child, and of tempi, words a minute. */
const pitches = [10, 30, 50, 70, 95]
const tempi = [110, 150, 190, 240]

/**
 * Synthetic speech without end, 8 kHz, a text at a time: every speaker of every language, with pitch and tempo taken in
 * turns of their own, so that no text is soon repeated in the same manner.
 *
 * @param start where in the turns it begins: another place is other speech
 */
export async function* speech(start: number): AsyncGenerator<Int16Array> {
  const voices = Object.keys(texts)
  for (let turn = start; ; turn++) {
    const voice = voices[turn % voices.length] ?? 'en-us'
    const speaker = speakers[turn % speakers.length] ?? ''
    const pitch = pitches[Math.floor(turn / 3) % pitches.length] ?? 50
    const tempo = tempi[Math.floor(turn / 7) % tempi.length] ?? 150
    yield await speak({ voice: voice + speaker, pitch, tempo }, (texts[voice] ?? []).join('\n'))
  }
}
