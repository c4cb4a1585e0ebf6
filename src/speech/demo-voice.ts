import { sampleRateHz } from '../media/codec/g711.ts'
import { writeWav } from '../media/codec/wav-writer.ts'

/** Notes of the demo voice, hertz: a rising C major chord and home again. Far enough apart to be told by frequency. */
export const demoNotesHz = [523, 659, 784, 1047, 784, 523] as const
/** Every note sounds this long, milliseconds, before the next one begins. */
export const demoNoteMs = 400

const amplitude = 9000
/** Overtones make it a chime rather than a test tone: share of the fundamental. */
const overtones = [1, 0.25, 0.08] as const

/**
 * The voice file of the dev profile: six chimes, 2.4 s, computed, the same bytes every time. Each note can be found by
 * its frequency in a recording of the call.
 *
 * @returns a WAV file, 8 kHz, 16-bit, mono
 */
export function demoVoice(): Buffer {
  const noteSamples = (sampleRateHz * demoNoteMs) / 1000
  const samples = new Int16Array(noteSamples * demoNotesHz.length)
  demoNotesHz.forEach((noteHz, note) => {
    for (let i = 0; i < noteSamples; i++) samples[note * noteSamples + i] = chime(noteHz, i / sampleRateHz)
  })
  return writeWav(samples)
}

/** One struck note: quick attack, slow decay, silent at the end of its time. */
function chime(noteHz: number, seconds: number): number {
  const attack = Math.min(1, seconds / 0.01)
  const release = Math.min(1, (demoNoteMs / 1000 - seconds) / 0.03)
  const decay = Math.exp(-seconds * 3)
  const wave = overtones.reduce(
    (sum, share, index) => sum + share * Math.sin(2 * Math.PI * noteHz * (index + 1) * seconds),
    0,
  )
  return Math.round(amplitude * attack * release * decay * wave)
}
