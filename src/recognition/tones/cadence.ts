import { type SoundRun, SoundRuns } from './sound-runs.ts'
import { soundName, type TonePlan, type ToneSignal } from './tone-plan.ts'

/** A tone of the plan that was heard for long enough to be sure. */
export interface HeardSignal {
  readonly signal: ToneSignal
  /** 0 to 1: how near the cadence was to the plan's. */
  readonly confidence: number
}

/** Durations may be off by a quarter, and by what the measuring blurs. */
const toleranceShare = 0.25
const blurMs = 20
/** A period, and this much of the next one. */
const furtherRuns = 3
const rememberedRuns = 32

/**
 * Listens for the cadences of a plan. A signal is told when a period and a half of it (two and a half of a plain on and
 * off) were heard without interruption, wherever in its period the hearing began.
 */
export class CadenceWatch {
  readonly #plan: TonePlan
  readonly #runs: SoundRuns
  readonly #onSignal: (heard: HeardSignal) => void
  readonly #longestGoingOnMs: ReadonlyMap<string, number>
  readonly #heard: SoundRun[] = []
  #foreignMs = 0

  constructor(plan: TonePlan, onSignal: (heard: HeardSignal) => void) {
    this.#plan = plan
    this.#onSignal = onSignal
    this.#longestGoingOnMs = longestGoingOn(plan)
    this.#runs = new SoundRuns(plan, (run) => this.#ended(run))
  }

  /** 8 kHz, any length. */
  hear(pcm: Int16Array): void {
    this.#runs.hear(pcm)
  }

  /** Milliseconds of sound that was neither a pause nor ringback. */
  get foreignMs(): number {
    return this.#foreignMs + this.#foreignIn(this.#runs.now)
  }

  #ended(run: SoundRun): void {
    this.#foreignMs += this.#foreignIn(run)
    this.#heard.push(run)
    if (this.#heard.length > rememberedRuns) this.#heard.shift()
    for (const signal of this.#plan.signals) {
      const confidence = this.#likeness(signal)
      if (confidence !== undefined) this.#onSignal({ signal, confidence })
    }
  }

  /** How near the last runs are to the signal, 0 to 1; `undefined`: they are another. */
  #likeness({ period }: ToneSignal): number | undefined {
    const needed = period.length + furtherRuns
    const runs = this.#heard.slice(-needed)
    if (runs.length < needed) return undefined
    for (let phase = 0; phase < period.length; phase++) {
      let deviation = 0
      const fits = runs.every((run, i) => {
        const wanted = period[(phase + i) % period.length]
        if (wanted === undefined || run.sound !== soundName(wanted.hz)) return false
        const off = Math.abs(run.ms - wanted.ms)
        deviation += off / wanted.ms
        return off <= wanted.ms * toleranceShare + blurMs
      })
      if (fits) return 1 - Math.min(0.5, deviation / needed)
    }
    return undefined
  }

  #foreignIn({ sound, ms }: SoundRun): number {
    if (sound === '') return 0
    const usualMs = this.#longestGoingOnMs.get(sound)
    return usualMs !== undefined && ms <= usualMs * (1 + toleranceShare) + blurMs ? 0 : ms
  }
}

/** For each sound of a signal that lets the call go on: how long it sounds at most. */
function longestGoingOn(plan: TonePlan): Map<string, number> {
  const longest = new Map<string, number>()
  for (const { period, callGoesOn } of plan.signals) {
    if (callGoesOn !== true) continue
    for (const { hz, ms } of period) {
      const name = soundName(hz)
      if (hz.length > 0) longest.set(name, Math.max(ms, longest.get(name) ?? 0))
    }
  }
  return longest
}
