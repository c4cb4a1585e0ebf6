import { companded, slower, withNoise } from '../fakes/bad-line.ts'
import { joinSamples } from '../src/media/tone/join-samples.ts'
import { makeTone } from '../src/media/tone/make-tone.ts'
import { announcementClassNames } from '../src/recognition/announcement.ts'
import { fingerprintOf } from '../src/recognition/fingerprint/fingerprint.ts'
import { type KnownAnnouncement, PrintIndex } from '../src/recognition/matching/print-index.ts'
import { lines } from './announcements/lines.ts'
import { plainIndex } from './announcements/plain-index.ts'
import { type Recording, recordings, strangers } from './announcements/recordings.ts'
import { listenTo, Score } from './announcements/score.ts'
import { median } from './load/median.ts'
import type { Report } from './report.ts'
import { music } from './talk-off/music.ts'
import { speech } from './talk-off/speech.ts'

const rounds = 3
/** Ringing before, silence behind, as calls have it. */
const before = joinSamples([makeTone([450], 1000, -13), new Int16Array(16_000)])
const after = new Int16Array(8000)
/** Other speech and music are heard in calls of this length. */
const callSamples = 60 * 8000
/** Calls of each kind in a round: an hour in all. */
const callsInRound = 20

/**
 * How well announcements are recognised on lines of all kinds, and what is recognised by mistake in other speech, in
 * music and in announcements that the library does not have. The yardstick is the same search with plain fingerprints,
 * whose bits all count alike.
 */
export const bench = {
  name: 'announcements',
  summary: 'announcements before the answer: recall, precision and time to the verdict per line and class; false ones',
  async run(report: Report): Promise<void> {
    report.progress('speaking the library')
    const library = await recordings()
    const known = library.map(({ announcement, sound }) => ({ announcement, print: fingerprintOf(sound) }))
    const index = new PrintIndex(known)
    const plain = plainIndex(known)
    recall(library, index, plain, report)
    incomplete(library, known, report)
    await mistakes(index, report)
    await cost(index, report)
  },
}

function recall(library: readonly Recording[], index: PrintIndex, plain: PrintIndex, report: Report): void {
  const classes = new Map(announcementClassNames.map((name) => [name, rounded(() => new Score())] as const))
  for (const [name, line] of Object.entries(lines)) {
    const scores = rounded(() => new Score())
    const plainScore = new Score()
    for (const [round, score] of scores.entries()) {
      for (const [i, { announcement, sound }] of library.entries()) {
        const degrade = line(round * 1000 + i, sound.length / 8000)
        const heard = degrade(sound)
        const call = joinSamples([before, heard, after])
        const found = listenTo(call, index)
        const here = { ...found, afterSeconds: found.afterSeconds - before.length / 8000 }
        score.add(announcement.class, here)
        classes.get(announcement.class)?.[round]?.add(announcement.class, here)
        if (round === 0) plainScore.add(announcement.class, listenTo(call, plain))
      }
    }
    tell(report, name, scores, plainScore.recall)
  }
  for (const [name, scores] of classes) tell(report, name, scores)
}

function tell(report: Report, name: string, scores: readonly Score[], yardstick?: number): void {
  const recalls = scores.map((score) => score.recall)
  const value = median(recalls)
  const compared = yardstick === undefined ? {} : { yardstick, ratio: value / Math.max(1, yardstick) }
  report.figure({ figure: `${name}: recall`, value, unit: '%', runs: recalls, ...compared })
  const precisions = scores.map((score) => score.precision)
  report.figure({ figure: `${name}: precision`, value: median(precisions), unit: '%', runs: precisions })
  const moments = scores.map((score) => median(score.seconds))
  report.figure({ figure: `${name}: verdict after`, value: median(moments), unit: 's', runs: moments })
}

/** Each class in turn is missing from the library and played: whatever is told is a mistake. */
function incomplete(library: readonly Recording[], known: readonly KnownAnnouncement[], report: Report): void {
  const degradations = [companded, withNoise(10), slower(1)]
  const runs = degradations.map((degrade) => {
    let wrong = 0
    for (const missing of announcementClassNames) {
      const index = new PrintIndex(known.filter(({ announcement }) => announcement.class !== missing))
      for (const { announcement, sound } of library) {
        if (announcement.class !== missing) continue
        if (listenTo(joinSamples([before, degrade(sound), after]), index).class !== undefined) wrong++
      }
    }
    return wrong
  })
  const value = runs.reduce((sum, wrong) => sum + wrong, 0)
  report.figure({ figure: 'class not in the library: false verdicts', value, unit: 'calls', runs })
}

/** Verdicts on what is not in the library: every one is a mistake. */
async function mistakes(index: PrintIndex, report: Report): Promise<void> {
  const strange = await strangers()
  const spoken = speech(77)
  const kinds: Readonly<Record<string, (round: number) => AsyncGenerator<Int16Array>>> = {
    'other announcements': async function* () {
      for (const sound of strange) yield companded(joinSamples([before, sound, after]))
    },
    'other speech': async function* () {
      for (let call = 0; call < callsInRound; call++) yield companded(await callOf(spoken))
    },
    music: async function* (round) {
      const played = music(round + 1)
      for (let call = 0; call < callsInRound; call++) yield companded(await callOf(played))
    },
    ringback: async function* () {
      const ringing = joinSamples([makeTone([450], 1000, -13), new Int16Array(32_000)])
      for (let call = 0; call < callsInRound; call++)
        yield companded(joinSamples(Array.from({ length: 12 }, () => ringing)))
    },
  }
  for (const [kind, calls] of Object.entries(kinds)) {
    report.progress(`hearing ${kind}`)
    const runs: number[] = []
    for (let round = 0; round < rounds; round++) {
      let wrong = 0
      for await (const call of calls(round)) if (listenTo(call, index).class !== undefined) wrong++
      runs.push(wrong)
    }
    report.figure({ figure: `${kind}: false verdicts`, value: runs.reduce((a, b) => a + b, 0), unit: 'calls', runs })
  }
}

/** A call's length of an endless sound. */
async function callOf(sound: AsyncIterator<Int16Array> | Iterator<Int16Array>): Promise<Int16Array> {
  const parts: Int16Array[] = []
  for (let samples = 0; samples < callSamples; ) {
    const { value } = await sound.next()
    if (!(value instanceof Int16Array)) break
    parts.push(value)
    samples += value.length
  }
  return joinSamples(parts).subarray(0, callSamples)
}

/** What a call costs that hears music all the time, and one that hears ringback. */
async function cost(index: PrintIndex, report: Report): Promise<void> {
  const ringing = joinSamples(
    Array.from({ length: 12 }, () => joinSamples([makeTone([450], 1000, -13), new Int16Array(32_000)])),
  )
  const sounds = { music: await callOf(music(9)), ringback: ringing }
  for (const [name, sound] of Object.entries(sounds)) {
    const runs = rounded(() => {
      const start = process.cpuUsage()
      for (let call = 0; call < 10; call++) listenTo(sound, index)
      const { user, system } = process.cpuUsage(start)
      return (100 * (user + system)) / 1e6 / ((10 * sound.length) / 8000)
    })
    report.figure({ figure: `a call that hears ${name}`, value: median(runs), unit: '% of a core', runs })
  }
}

function rounded<T>(make: () => T): T[] {
  return Array.from({ length: rounds }, make)
}
