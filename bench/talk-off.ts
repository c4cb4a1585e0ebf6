import { randomNumbers } from '../fakes/random-numbers.ts'
import { g711 } from '../src/media/codec/g711.ts'
import { ToneDetector } from '../src/media/dtmf/tone-detector.ts'
import type { Figure, Report } from './report.ts'
import { music } from './talk-off/music.ts'
import { PlainDetector } from './talk-off/plain-detector.ts'
import { drawPress, soundOf } from './talk-off/presses.ts'
import { speech } from './talk-off/speech.ts'

/** An hour in three parts of twenty minutes. */
const parts = 3
const partSamples = 20 * 60 * 8000
const pressesInPart = 4000

/**
 * Both sides of the bargain of in-band keys: what synthetic speech and music fire by mistake in an hour, beside a
 * detector without protection that hears the same, and the share of real keys that is found under noise, level, twist
 * and frequency error. All of it passes G.711.
 */
export const bench = {
  name: 'talk-off',
  summary: 'in-band keys: false ones in an hour of speech and of music, and real ones found on a bad line',
  async run(report: Report): Promise<void> {
    const inSpeech: Fired[] = []
    const inMusic: Fired[] = []
    const foundShare: number[] = []
    for (let part = 0; part < parts; part++) {
      report.progress(`speech, part ${part + 1} of ${parts}`)
      inSpeech.push(await keysFired(speech(part * 1009)))
      report.progress(`music, part ${part + 1} of ${parts}`)
      inMusic.push(await keysFired(music(part + 1)))
      foundShare.push(shareFound(part + 1))
    }
    report.figure(falseKeys('speech', inSpeech))
    report.figure(falseKeys('music', inMusic))
    report.figure({ figure: 'keys found', value: sum(foundShare) / parts, unit: '%', runs: foundShare })
  },
}

/** Keys that a part of twenty minutes fires, and how many the yardstick fires in it. */
interface Fired {
  readonly keys: number
  readonly plain: number
}

async function keysFired(audio: AsyncIterable<Int16Array> | Iterable<Int16Array>): Promise<Fired> {
  const law = g711('PCMA')
  const fired = { keys: 0, plain: 0 }
  const detector = new ToneDetector(
    () => {},
    () => fired.keys++,
  )
  const yardstick = new PlainDetector(() => fired.plain++)
  let heardSamples = 0
  for await (const stretch of audio) {
    const heard = law.decode(law.encode(stretch))
    detector.hear(heard)
    yardstick.hear(heard)
    heardSamples += stretch.length
    if (heardSamples >= partSamples) break
  }
  return fired
}

/** The three parts are one hour: their sum is the figure. */
function falseKeys(what: string, fired: readonly Fired[]): Figure {
  const runs = fired.map(({ keys }) => keys)
  const value = sum(runs)
  const yardstick = sum(fired.map(({ plain }) => plain))
  return {
    figure: `false keys in ${what}`,
    value,
    unit: 'keys/hour',
    yardstick,
    ratio: value / Math.max(1, yardstick),
    runs,
  }
}

/** Per cent of presses that are told exactly once and as the right key. */
function shareFound(seed: number): number {
  const random = randomNumbers(seed)
  const law = g711('PCMA')
  let found = 0
  for (let i = 0; i < pressesInPart; i++) {
    const press = drawPress(random)
    let told = ''
    const detector = new ToneDetector((key) => {
      told += key
    })
    detector.hear(law.decode(law.encode(soundOf(press, random))))
    if (told === press.key) found++
  }
  return (100 * found) / pressesInPart
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
