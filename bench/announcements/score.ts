import type { EarlyMediaFinding } from '../../src/engine/ports.ts'
import { type AnnouncementClass, isAnnouncementClass } from '../../src/recognition/announcement.ts'
import { Hearing } from '../../src/recognition/hearing.ts'
import type { PrintIndex } from '../../src/recognition/matching/print-index.ts'
import { chinesePlan } from '../../src/recognition/tones/china.ts'

/** Pieces as calls hear them: 100 ms. */
const pieceSamples = 800

/** What a call finds in a sound. `class`: of the announcement; `tone`: a tone of the network. */
export interface Found {
  readonly class: AnnouncementClass | 'tone' | undefined
  readonly afterSeconds: number
}

/** Lets one call hear it all. */
export function listenTo(sound: Int16Array, index: PrintIndex): Found {
  let told: EarlyMediaFinding | undefined
  const hearing = new Hearing(chinesePlan, index, (finding) => {
    told = finding
  })
  let at = 0
  for (; at < sound.length && told === undefined; at += pieceSamples)
    hearing.hear(sound.subarray(at, at + pieceSamples))
  hearing.end()
  return { class: classOf(told), afterSeconds: Math.min(at, sound.length) / 8000 }
}

function classOf(told: EarlyMediaFinding | undefined): Found['class'] {
  if (told === undefined || told.kind === 'unrecognised') return undefined
  if (told.kind === 'tone') return 'tone'
  const what = told.what.slice(0, told.what.indexOf(' ('))
  return isAnnouncementClass(what) ? what : undefined
}

/** Counts for a class, or for a line. */
export class Score {
  played = 0
  right = 0
  wrong = 0
  readonly seconds: number[] = []

  add(played: AnnouncementClass, found: Found): void {
    this.played++
    if (found.class === played) {
      this.right++
      this.seconds.push(found.afterSeconds)
    } else if (found.class !== undefined) this.wrong++
  }

  /** Per cent of what was played that was told rightly. */
  get recall(): number {
    return (100 * this.right) / this.played
  }

  /** Per cent of what was told that was right. */
  get precision(): number {
    const told = this.right + this.wrong
    return told === 0 ? 100 : (100 * this.right) / told
  }
}
