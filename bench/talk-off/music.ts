import { randomNumbers } from '../../fakes/random-numbers.ts'

const rateHz = 8000
const beatSamples = 2000
const barBeats = 4
/** Semitones above the root: major, minor, seventh, diminished. */
const chords = [
  [0, 4, 7],
  [0, 3, 7],
  [0, 4, 7, 10],
  [0, 3, 6],
]

/** How an instrument sounds: the strengths of its harmonics, how fast a note dies away, and how it trembles. */
interface Instrument {
  readonly harmonics: readonly number[]
  /** Part of the level left after a beat. */
  readonly ring: number
  readonly vibratoShare: number
}

const instruments: readonly Instrument[] = [
  { harmonics: [1, 0.5, 0.35, 0.2, 0.12, 0.08], ring: 0.3, vibratoShare: 0 },
  { harmonics: [1, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2], ring: 0.95, vibratoShare: 0.006 },
  { harmonics: [1, 0.25, 0.1], ring: 0.9, vibratoShare: 0.008 },
  { harmonics: [1, 0, 0.4, 0, 0.2, 0, 0.1], ring: 0.8, vibratoShare: 0.003 },
]

/**
 * Synthetic music without end, a bar of one second at a time, 8 kHz: chords, a bass and a melody in equal temperament on
 * instruments with overtones and tremor, sometimes with a drum.
 */
export function* music(seed: number): Generator<Int16Array> {
  const random = randomNumbers(seed)
  const pick = <T>(of: readonly T[], fallback: T): T => of[Math.floor(random() * of.length)] ?? fallback
  for (;;) {
    const bar = new Float64Array(beatSamples * barBeats)
    const instrument = pick(instruments, { harmonics: [1], ring: 1, vibratoShare: 0 })
    const root = 48 + Math.floor(random() * 24)
    const chord = pick(chords, [0])
    for (const step of chord) addNote(bar, 0, barBeats * beatSamples, root + step, instrument, 0.15)
    addNote(bar, 0, barBeats * beatSamples, root - 12, instrument, 0.2)
    for (let at = 0; at < bar.length; ) {
      const length = beatSamples * pick([0.25, 0.5, 1], 1)
      const note = root + 12 + pick(chord, 0) + pick([0, 0, 2, 12], 0)
      addNote(bar, at, length, note, pick(instruments, instrument), 0.25)
      at += length
    }
    if (random() < 0.4) for (let beat = 0; beat < barBeats; beat++) addDrum(bar, beat * beatSamples, random)
    const loudest = bar.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1e-9)
    const gain = (32767 * 10 ** (-(2 + 18 * random()) / 20)) / loudest
    yield Int16Array.from(bar, (sample) => Math.round(sample * gain))
  }
}

function addNote(
  bar: Float64Array,
  from: number,
  length: number,
  note: number,
  sound: Instrument,
  level: number,
): void {
  const hz = 440 * 2 ** ((note - 69) / 12)
  let phase = 0
  for (let i = 0; i < length && from + i < bar.length; i++) {
    phase += ((2 * Math.PI * hz) / rateHz) * (1 + sound.vibratoShare * Math.sin((2 * Math.PI * 5.5 * i) / rateHz))
    const envelope = Math.min(1, i / 80) * sound.ring ** (i / beatSamples)
    let sample = 0
    for (const [harmonic, strength] of sound.harmonics.entries()) {
      if (hz * (harmonic + 1) < rateHz / 2) sample += strength * Math.sin(phase * (harmonic + 1))
    }
    bar[from + i] = (bar[from + i] ?? 0) + level * envelope * sample
  }
}

function addDrum(bar: Float64Array, from: number, random: () => number): void {
  for (let i = 0; i < 800; i++) {
    bar[from + i] = (bar[from + i] ?? 0) + 0.5 * (random() * 2 - 1) * 0.01 ** (i / 800)
  }
}
