import { describe, expect, it } from 'vitest'
import { babble } from '../../../fakes/babble.ts'
import { companded, withNoise } from '../../../fakes/bad-line.ts'
import { randomNumbers } from '../../../fakes/random-numbers.ts'
import { joinSamples } from '../../media/tone/join-samples.ts'
import { makeTone } from '../../media/tone/make-tone.ts'
import { CadenceWatch } from './cadence.ts'
import { chinesePlan } from './china.ts'
import type { TonePlan } from './tone-plan.ts'

interface Line {
  /** Share by which every frequency is off. */
  readonly detune?: number
  readonly levelDb?: number
  /** Share by which every duration may be off. */
  readonly jitter?: number
  readonly startMs?: number
}

/** A signal of a plan as a switch sends it. */
function play(plan: TonePlan, name: string, seconds: number, line: Line = {}): Int16Array {
  const { detune = 0, levelDb = -13, jitter = 0, startMs = 0 } = line
  const random = randomNumbers(5)
  const period = plan.signals.find((signal) => signal.name === name)?.period ?? []
  const parts: Int16Array[] = []
  for (let ms = 0; ms < seconds * 1000; ) {
    for (const part of period) {
      const lengthMs = part.ms * (1 + jitter * (2 * random() - 1))
      const hz = part.hz.map((one) => one * (1 + detune))
      parts.push(makeTone(hz, lengthMs, levelDb))
      ms += lengthMs
    }
  }
  return joinSamples(parts).subarray(startMs * 8, seconds * 8000)
}

/** What is told, when (seconds), and how much was foreign. */
function listen(pcm: Int16Array, plan = chinesePlan, pieceSamples = 800) {
  let told: string | undefined
  let atSeconds: number | undefined
  let heard = 0
  const watch = new CadenceWatch(plan, ({ signal }) => {
    if (signal.outcome === undefined) return
    told ??= signal.outcome
    atSeconds ??= heard / 8000
  })
  for (let at = 0; at < pcm.length; at += pieceSamples) {
    heard = at + pieceSamples
    watch.hear(pcm.subarray(at, heard))
  }
  return { told, atSeconds, foreignMs: watch.foreignMs }
}

const signals = [
  ['busy tone', 'busy', 2],
  ['congestion tone', 'networkBusy', 4],
  ['vacant-number tone', 'invalidNumber', 2.4],
] as const

describe('the tones of mainland China', () => {
  it.each(signals)('%s means %s, within %d s', (name, outcome, withinSeconds) => {
    const { told, atSeconds } = listen(play(chinesePlan, name, 8))
    expect(told).toBe(outcome)
    expect(atSeconds).toBeLessThanOrEqual(withinSeconds)
  })

  const lines: [string, Line][] = [
    ['2 % high', { detune: 0.02 }],
    ['2 % low', { detune: -0.02 }],
    ['at -5 dBm0', { levelDb: -8.14 }],
    ['at -40 dBm0', { levelDb: -43.14 }],
    ['with durations up to 20 % off', { jitter: 0.2 }],
    ['joined in the middle of a sound', { startMs: 170 }],
  ]
  it.each(lines.flatMap(([line, of]) => signals.map(([name, outcome]) => [name, line, outcome, of] as const)))(
    '%s, %s, is understood through A-law',
    (name, _line, outcome, line) => {
      expect(listen(companded(play(chinesePlan, name, 12, line))).told).toBe(outcome)
    },
  )

  it.each(signals)('%s is understood with noise 10 dB below, in pieces of any size', (name, outcome) => {
    const noisy = withNoise(10)(play(chinesePlan, name, 8))
    for (const piece of [1, 160, 333, 8000]) expect(listen(noisy, chinesePlan, piece).told).toBe(outcome)
  })

  it('a lost packet does not hide a tone', () => {
    const pcm = play(chinesePlan, 'busy tone', 6)
    pcm.fill(0, 8000, 8160)
    expect(listen(pcm).told).toBe('busy')
  })
})

describe('what is no verdict', () => {
  it.each(['ringback tone', 'call waiting tone'])('%s lets the call go on, and is nothing foreign', (name) => {
    expect(listen(play(chinesePlan, name, 30))).toEqual({ told: undefined, atSeconds: undefined, foreignMs: 0 })
  })

  it('silence', () => {
    expect(listen(new Int16Array(80_000))).toMatchObject({ told: undefined, foreignMs: 0 })
  })

  it('the special information tone only announces; it is something foreign', () => {
    const { told, foreignMs } = listen(play(chinesePlan, 'special information tone', 2, { detune: 0.02 }))
    expect(told).toBeUndefined()
    expect(foreignMs).toBeGreaterThan(900)
  })

  it('speech, and a tone of another frequency in the cadence of busy', () => {
    expect(listen(babble({ seed: 1 }, 60)).told).toBeUndefined()
    expect(listen(babble({ seed: 1 }, 60)).foreignMs).toBeGreaterThan(5000)
    expect(listen(play(chinesePlan, 'busy tone', 8, { detune: 0.1 })).told).toBeUndefined()
  })

  it('the busy tone for a moment', () => {
    expect(listen(play(chinesePlan, 'busy tone', 1.2)).told).toBeUndefined()
  })
})

describe('another plan is another table', () => {
  const american: TonePlan = {
    country: 'United States',
    signals: [
      {
        name: 'busy',
        period: [
          { hz: [480, 620], ms: 500 },
          { hz: [], ms: 500 },
        ],
        outcome: 'busy',
      },
      {
        name: 'reorder',
        period: [
          { hz: [480, 620], ms: 250 },
          { hz: [], ms: 250 },
        ],
        outcome: 'networkBusy',
      },
    ],
  }

  it.each([
    ['busy', 'busy'],
    ['reorder', 'networkBusy'],
  ])('two frequencies together: %s means %s', (name, outcome) => {
    expect(listen(companded(play(american, name, 6, { levelDb: -20, detune: 0.01 })), american).told).toBe(outcome)
  })
})
