import { sampleRateHz } from '../../media/codec/g711.ts'
import { tonePower } from '../../media/tone/goertzel.ts'
import { meanSquare, powerOfDb } from '../../media/tone/level.ts'
import { Windows } from '../windows.ts'
import { soundsOf, type TonePlan } from './tone-plan.ts'

/** A stretch of one kind of sound. */
export interface SoundRun {
  /** A sound of the plan (`soundName`), '' for a pause, {@link otherSound} for anything else. */
  readonly sound: string
  readonly ms: number
}

/** Speech, music, noise, tones that are not in the plan. */
export const otherSound = '?'

export const blockMs = 10
const blockSamples = (sampleRateHz * blockMs) / 1000
/** 20 ms part 450 Hz from its neighbours by 50 Hz, and put edges right to 10 ms. */
const windowSamples = 2 * blockSamples
/** Frequencies may be off by 2 %; a window of 20 ms loses a decibel 16 Hz beside its frequency: further apart, more probes. */
const toleranceShare = 0.02
const probeReachHz = 16
/** Quieter than -40 dBm0 (-43 dB of full scale) with 5 dB to spare is silence. */
const floor = powerOfDb(-48)
/** What is no tone and quieter than this is the noise of a line. */
const noiseFloor = powerOfDb(-42)
/** A window is a tone when this much of its power lies at the frequencies. Line noise 10 dB below leaves 0.9. */
const tonalShare = 0.6
/** Under a tone's level by this much it is a pause, whatever noise is in it. */
const pauseShare = 0.35
/** A new sound counts once it lasted three blocks: a lost packet does not cut a tone in two. */
const settledBlocks = 3

interface Probe {
  readonly name: string
  /** For every frequency that sounds together, where to look for it. */
  readonly probesHz: readonly (readonly number[])[]
}

/** Hears a stream as a row of tones of a plan, pauses and other sounds. */
export class SoundRuns {
  readonly #probes: readonly Probe[]
  readonly #windows: Windows
  readonly #onRun: (run: SoundRun) => void
  #current = ''
  #currentBlocks = 0
  #next = ''
  #nextBlocks = 0
  #tonePower = 0

  constructor(plan: TonePlan, onRun: (run: SoundRun) => void) {
    this.#onRun = onRun
    this.#probes = soundsOf(plan).map(({ name, hz }) => ({ name, probesHz: hz.map(probesFor) }))
    this.#windows = new Windows(windowSamples, blockSamples, (window) => this.#settle(this.#soundOf(window)))
  }

  hear(pcm: Int16Array): void {
    this.#windows.push(pcm)
  }

  /** What sounds now, and since when: the run that has not ended. */
  get now(): SoundRun {
    return { sound: this.#current, ms: this.#currentBlocks * blockMs }
  }

  #soundOf(window: Int16Array): string {
    const power = meanSquare(window, 0, windowSamples)
    if (power < floor) return ''
    let best = otherSound
    let bestShare = tonalShare
    for (const { name, probesHz } of this.#probes) {
      const share = shareAt(window, probesHz) / power
      if (share < bestShare) continue
      best = name
      bestShare = share
    }
    if (best !== otherSound) this.#tonePower = power
    else if (power < Math.max(noiseFloor, this.#tonePower * pauseShare)) return ''
    return best
  }

  #settle(sound: string): void {
    if (sound === this.#current) {
      this.#currentBlocks += this.#nextBlocks + 1
      this.#nextBlocks = 0
      return
    }
    if (sound !== this.#next) {
      this.#currentBlocks += this.#nextBlocks
      this.#nextBlocks = 0
      this.#next = sound
    }
    this.#nextBlocks++
    if (this.#nextBlocks < settledBlocks) return
    const ended = this.now
    this.#current = sound
    this.#currentBlocks = this.#nextBlocks
    this.#nextBlocks = 0
    if (sound === otherSound) this.#tonePower = 0
    this.#onRun(ended)
  }
}

/** Where to look for one frequency, so that one that is off by the tolerance is within reach of a probe. */
function probesFor(hz: number): number[] {
  const count = Math.max(1, Math.ceil((hz * toleranceShare) / probeReachHz))
  return Array.from({ length: count }, (_, i) => hz * (1 + toleranceShare * ((2 * i + 1) / count - 1)))
}

/** Mean square that lies at the frequencies together; 0 when one of them is missing. */
function shareAt(window: Int16Array, probesHz: readonly (readonly number[])[]): number {
  let sum = 0
  let least = Number.POSITIVE_INFINITY
  for (const probes of probesHz) {
    let power = 0
    for (const hz of probes) power = Math.max(power, tonePower(window, 0, windowSamples, hz, sampleRateHz) / 2)
    sum += power
    least = Math.min(least, power)
  }
  return least < sum / (5 * probesHz.length) ? 0 : sum
}
