import { beforeAll, describe, expect, it } from 'vitest'
import { lines } from '../../bench/announcements/lines.ts'
import { type Recording, recordings, strangers } from '../../bench/announcements/recordings.ts'
import { listenTo, Score } from '../../bench/announcements/score.ts'
import { joinSamples } from '../../src/media/tone/join-samples.ts'
import { fingerprintOf } from '../../src/recognition/fingerprint/fingerprint.ts'
import { PrintIndex } from '../../src/recognition/matching/print-index.ts'

const languages = ['cmn', 'en-us']
const after = new Int16Array(8000)
let library: readonly Recording[] = []
let index = new PrintIndex([])

beforeAll(async () => {
  library = await recordings({ languages, speakers: 2 })
  index = new PrintIndex(library.map(({ announcement, sound }) => ({ announcement, print: fingerprintOf(sound) })))
})

/** A fixed part of `npm run bench -- announcements`. */
describe('announcements that espeak-ng speaks, eight kinds by two voices in two languages', () => {
  it.each([
    ['A-law', 97],
    ['noise 10 dB below', 97],
    ['ringback as loud', 97],
    ['clock 1 % fast', 97],
    ['three holes of late packets', 85],
    ['all together', 90],
  ] as const)('are recognised, and never as another: %s, at least %d %%', (name, leastRecall) => {
    const score = new Score()
    for (const [i, { announcement, sound }] of library.entries()) {
      const heard = lines[name]?.(i, sound.length / 8000)(sound) ?? sound
      score.add(announcement.class, listenTo(joinSamples([heard, after]), index))
    }
    expect([score.played, score.precision]).toEqual([32, 100])
    expect(score.recall).toBeGreaterThanOrEqual(leastRecall)
  })

  it('are not found in others by the same voices that begin alike', async () => {
    for (const sound of await strangers({ languages, speakers: 2 })) {
      expect(listenTo(joinSamples([sound, after]), index).class).toBeUndefined()
    }
  })
})
