import { type HeardKey, keyTonesIn, offNominalHz } from './key-tones-in.ts'

/** Samples in a look: 12.75 ms at 8 kHz, the customary length: the eight tones fall between each other's lobes. */
const windowSamples = 102
/** Looks overlap by half, so that a press of 40 ms (ITU-T Q.24) fills four of them wherever it begins. */
const hopSamples = 51
/** So many looks in a row begin a press (32 ms), and so many without it end one (26 ms). */
const looksToBegin = 4
const looksToEnd = 4
/** ITU-T Q.24: within 1.5 % is a key, beyond 3.5 % is none. A voice that passes through the tones of a key glides. */
const mostOffShare = 0.025
/** From one look to the next a key keeps its level; speech swells and fades. A factor of power. */
const mostSwell = 10 ** 0.4

/**
 * Keys in the audio: for far ends that send no telephone events. Takes audio of any length, one stretch after the other.
 *
 * Talk-off, the firing of a key by speech or music, is prevented by three conditions on every look (the two tones stand
 * out in their groups, have similar levels, and carry most of what is heard) and two on a run of looks: the levels stay,
 * and the phases of both tones move on as their nominal frequencies ask, which tells a frequency to a few hertz
 * where a single look cannot. `npm run bench -- talk-off` measures both sides of the bargain.
 */
export class ToneDetector {
  readonly #onKey: (key: string, durationMs: number) => void
  readonly #onDown: (key: string) => void
  readonly #window = new Int16Array(windowSamples)
  #filled = 0
  /** Looks in a row that agree, oldest first; at most `looksToBegin`. */
  #run: HeardKey[] = []
  #pressed: string | undefined
  #looksHeld = 0
  #looksMissing = 0

  /**
   * @param onKey a press is over
   * @param onDown a press is recognised
   */
  constructor(onKey: (key: string, durationMs: number) => void, onDown: (key: string) => void = () => {}) {
    this.#onKey = onKey
    this.#onDown = onDown
  }

  /** Hears the next stretch of audio (8 kHz). */
  hear(samples: Int16Array): void {
    for (let i = 0; i < samples.length; i++) {
      this.#window[this.#filled++] = samples[i] ?? 0
      if (this.#filled < windowSamples) continue
      const heard = keyTonesIn(this.#window)
      if (this.#pressed === undefined) this.#await(heard)
      else this.#hold(this.#pressed, heard?.key)
      this.#window.copyWithin(0, hopSamples)
      this.#filled = windowSamples - hopSamples
    }
  }

  #await(heard: HeardKey | undefined): void {
    const before = this.#run.at(-1)
    if (heard === undefined || before === undefined || !isSamePress(before, heard)) {
      this.#run = heard === undefined ? [] : [heard]
      return
    }
    this.#run = [...this.#run, heard].slice(-looksToBegin)
    if (this.#run.length < looksToBegin || !keepsItsFrequencies(this.#run)) return
    this.#pressed = heard.key
    this.#looksHeld = this.#run.length
    this.#looksMissing = 0
    this.#onDown(heard.key)
  }

  #hold(pressed: string, key: string | undefined): void {
    if (key === pressed) {
      this.#looksHeld += this.#looksMissing + 1
      this.#looksMissing = 0
      return
    }
    if (++this.#looksMissing < looksToEnd) return
    this.#pressed = undefined
    this.#run = []
    const samples = windowSamples + (this.#looksHeld - 1) * hopSamples
    this.#onKey(pressed, Math.round(samples / 8))
  }
}

function isSamePress(before: HeardKey, after: HeardKey): boolean {
  return (
    before.key === after.key &&
    isSteady(before.low.power, after.low.power) &&
    isSteady(before.high.power, after.high.power)
  )
}

function isSteady(before: number, after: number): boolean {
  return before < after * mostSwell && after < before * mostSwell
}

/** Measured over the whole run: from look to look the tones disturb each other's phase a little. */
function keepsItsFrequencies(run: readonly HeardKey[]): boolean {
  return (['low', 'high'] as const).every((tone) => {
    let offHz = 0
    let nominalHz = 0
    for (const [i, heard] of run.entries()) {
      const before = run[i - 1]
      if (before !== undefined) offHz += offNominalHz(before[tone], heard[tone], hopSamples)
      nominalHz = heard[tone].hz
    }
    return Math.abs(offHz / (run.length - 1)) <= nominalHz * mostOffShare
  })
}
