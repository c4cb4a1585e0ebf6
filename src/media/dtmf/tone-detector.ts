import { tonePower } from '../tone/goertzel.ts'
import { meanSquare, powerOfDb } from '../tone/level.ts'
import { keyTones } from './keys.ts'

/** Samples per look: 12.75 ms at 8 kHz; the customary length at which the eight tones fall between each other's lobes. */
const blockSamples = 102
const rateHz = 8000
/** Quieter than this is nobody's key. */
const floor = powerOfDb(-36)
/** The two tones carry this share of everything heard; speech that resembles a key does not. */
const shareOfAll = 0.7
/** High against low tone may differ by so much (ITU-T Q.24: 4 … 8 dB). */
const twist = 10 ** 0.8
/** A key is one that is heard for this many blocks (38 ms), and over when it was missing for as many. */
const blocksToBegin = 3
const blocksToEnd = 3

const lowTones = [697, 770, 852, 941]
const highTones = [1209, 1336, 1477, 1633]
const keyOfTones = new Map(Object.entries(keyTones).map(([key, [low, high]]) => [`${low} ${high}`, key]))

/** Keys in the audio: for far ends that send no telephone events. Takes audio of any length, one stretch after the other. */
export class ToneDetector {
  readonly #onKey: (key: string, durationMs: number) => void
  readonly #block = new Int16Array(blockSamples)
  #filled = 0
  #candidate: string | undefined
  #seen = 0
  #missing = 0
  #pressed: string | undefined

  constructor(onKey: (key: string, durationMs: number) => void) {
    this.#onKey = onKey
  }

  /** Hears the next stretch of audio (8 kHz). `onKey` comes when a key is released. */
  hear(samples: Int16Array): void {
    for (let i = 0; i < samples.length; i++) {
      this.#block[this.#filled++] = samples[i] ?? 0
      if (this.#filled < blockSamples) continue
      this.#filled = 0
      this.#step(keyIn(this.#block))
    }
  }

  #step(key: string | undefined): void {
    if (this.#pressed !== undefined) {
      if (key === this.#pressed) {
        this.#seen += this.#missing + 1
        this.#missing = 0
        return
      }
      this.#missing++
      if (this.#missing < blocksToEnd) return
      this.#onKey(this.#pressed, Math.round((this.#seen * blockSamples * 1000) / rateHz))
      this.#pressed = undefined
      this.#candidate = undefined
    }
    this.#seen = key !== undefined && key === this.#candidate ? this.#seen + 1 : 1
    this.#candidate = key
    this.#missing = 0
    if (key !== undefined && this.#seen >= blocksToBegin) this.#pressed = key
  }
}

function keyIn(block: Int16Array): string | undefined {
  const all = meanSquare(block, 0, block.length)
  if (all < floor) return undefined
  const low = strongest(block, lowTones)
  const high = strongest(block, highTones)
  if (low === undefined || high === undefined) return undefined
  if (low.power > high.power * twist || high.power > low.power * twist) return undefined
  // A tone's mean square is half its amplitude squared.
  if ((low.power + high.power) / 2 < all * shareOfAll) return undefined
  return keyOfTones.get(`${low.hz} ${high.hz}`)
}

/** The strongest tone of a group, when it stands out from the others by 6 dB. */
function strongest(block: Int16Array, group: readonly number[]): { hz: number; power: number } | undefined {
  let best = { hz: 0, power: 0 }
  let second = 0
  for (const hz of group) {
    const power = tonePower(block, 0, block.length, hz, rateHz)
    if (power > best.power) {
      second = best.power
      best = { hz, power }
    } else if (power > second) second = power
  }
  return best.power > second * 4 ? best : undefined
}
