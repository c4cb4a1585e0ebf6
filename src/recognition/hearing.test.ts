import { describe, expect, it } from 'vitest'
import { babble } from '../../fakes/babble.ts'
import {
  all,
  atLevel,
  companded,
  type Degradation,
  joinedAfter,
  slower,
  withHoles,
  withLostPackets,
  withNoise,
  withRingback,
} from '../../fakes/bad-line.ts'
import type { EarlyMediaFinding } from '../engine/ports.ts'
import { joinSamples } from '../media/tone/join-samples.ts'
import { makeTone } from '../media/tone/make-tone.ts'
import type { AnnouncementClass } from './announcement.ts'
import { fingerprintOf } from './fingerprint/fingerprint.ts'
import { Hearing } from './hearing.ts'
import { PrintIndex } from './matching/print-index.ts'
import { chinesePlan } from './tones/china.ts'

const greeting = babble({ seed: 1 }, 7)
const recordings: Record<string, { class: AnnouncementClass; sound: Int16Array }> = {
  off: { class: 'powered-off', sound: joinSamples([greeting, babble({ seed: 2 }, 8)]) },
  suspended: { class: 'suspended', sound: joinSamples([greeting, babble({ seed: 3 }, 8)]) },
  busy: { class: 'busy', sound: joinSamples([greeting, babble({ seed: 4 }, 8)]) },
  high: { class: 'no-answer', sound: babble({ seed: 5, pitchHz: 210 }, 18) },
}
const index = new PrintIndex(
  Object.entries(recordings).map(([code, { class: of, sound }]) => ({
    announcement: { code, class: of, label: '', durationMs: sound.length / 8 },
    print: fingerprintOf(sound),
  })),
)

function soundOf(code: string): Int16Array {
  return recordings[code]?.sound ?? new Int16Array(0)
}

function listen(pcm: Int16Array, known = index, pieceSamples = 800) {
  const told: EarlyMediaFinding[] = []
  let atSeconds: number | undefined
  const hearing = new Hearing(chinesePlan, known, (finding) => {
    told.push(finding)
    atSeconds = heard / 8000
  })
  let heard = 0
  for (let at = 0; at < pcm.length; at += pieceSamples) {
    heard = Math.min(pcm.length, at + pieceSamples)
    hearing.hear(pcm.subarray(at, heard))
  }
  return { told, atSeconds, ended: hearing.end() }
}

const silence = new Int16Array(8000)
const ringback = joinSamples([makeTone([450], 1000, -13), new Int16Array(32_000)])

describe('an announcement of the library is recognised', () => {
  const lines: [string, Degradation][] = [
    ['as it is', (sound) => sound],
    ['through A-law', companded],
    ['quiet, through A-law', all(atLevel(-35), companded)],
    ['with noise 10 dB below', all(withNoise(10), companded)],
    ['with ringback mixed in', all(withRingback(0), companded)],
    ['by a clock 1 % fast', slower(-1)],
    ['by a clock 1 % slow', slower(1)],
    ['with a hole of late packets', all(companded, withHoles(1, 4))],
    ['with 3 % of its packets lost', all(companded, withLostPackets(0.03))],
    ['joined half a second late', joinedAfter(0.5)],
    ['after ringback', (sound) => joinSamples([ringback, sound])],
    ['after other speech', (sound) => joinSamples([babble({ seed: 77 }, 20), silence, sound])],
    ['with all of it', all(joinedAfter(0.4), slower(1), withNoise(10), withRingback(6), atLevel(-24), companded)],
  ]
  it.each(lines)('%s', (_line, degrade) => {
    for (const [code, { class: of }] of Object.entries(recordings)) {
      const { told, ended } = listen(joinSamples([degrade(soundOf(code)), silence]))
      expect(told).toMatchObject([{ kind: 'announcement', what: `${of} (${code})` }])
      expect(ended).toBe(told[0])
    }
  })

  it('with the outcome of its class, once, before it is over', () => {
    const { told, atSeconds } = listen(joinSamples([soundOf('off'), silence, soundOf('suspended')]))
    expect(told).toMatchObject([{ outcome: 'poweredOff' }])
    expect(atSeconds).toBeLessThan(soundOf('off').length / 8000)
  })

  it('in pieces of any size, at the same moment', () => {
    const exact = listen(soundOf('busy'), index, 1).atSeconds ?? 0
    for (const piece of [80, 333, 4000]) {
      const late = (listen(soundOf('busy'), index, piece).atSeconds ?? 0) - exact
      expect(late).toBeGreaterThanOrEqual(0)
      expect(late).toBeLessThan(piece / 8000)
    }
  })
})

describe('what is not certain is not told', () => {
  it('what all announcements have in common is no verdict', () => {
    expect(listen(joinSamples([greeting, silence])).told).toEqual([])
  })

  it('nor an ending that the library does not have, after a beginning that it has', () => {
    const other = joinSamples([greeting, babble({ seed: 99 }, 8)])
    expect(listen(other)).toMatchObject({ told: [], ended: { kind: 'unrecognised' } })
    const only = new PrintIndex(index.recordings.slice(0, 1))
    expect(listen(other, only)).toMatchObject({ told: [], ended: { kind: 'unrecognised' } })
  })

  it('nor one that differs in a word, when the library has only the other', () => {
    const [start, end] = [babble({ seed: 11 }, 5), babble({ seed: 12 }, 5)]
    const sound = joinSamples([start, babble({ seed: 13 }, 2), end])
    const announcement = { code: 'one', class: 'restricted', label: '', durationMs: 0 } as const
    const only = new PrintIndex([{ announcement, print: fingerprintOf(sound) }])
    expect(listen(joinSamples([sound, silence]), only).told).toMatchObject([{ outcome: 'restricted' }])
    expect(listen(joinSamples([start, babble({ seed: 14 }, 2), end, silence]), only).told).toEqual([])
  })

  it('other speech of the same speaker', () => {
    for (let seed = 20; seed < 25; seed++) {
      expect(listen(babble({ seed }, 60))).toMatchObject({ told: [], ended: { kind: 'unrecognised' } })
    }
  })

  it('silence and ringback are nothing at all', () => {
    expect(listen(new Int16Array(40_000)).ended).toBeUndefined()
    expect(listen(joinSamples([ringback, ringback, ringback])).ended).toBeUndefined()
    expect(listen(companded(joinSamples([ringback, ringback]))).ended).toBeUndefined()
    const hiss = atLevel(-50)(Int16Array.from({ length: 40_000 }, (_, i) => (i * 7919) % 601))
    expect(listen(joinSamples([hiss, ringback])).ended).toBeUndefined()
  })

  it('a library without recordings recognises tones', () => {
    const busy = joinSamples(Array.from({ length: 5 }, () => joinSamples([makeTone([450], 350), new Int16Array(2800)])))
    expect(listen(busy, new PrintIndex([])).told).toMatchObject([{ kind: 'tone', outcome: 'busy', what: 'busy tone' }])
    expect(listen(soundOf('off'), new PrintIndex([])).ended).toEqual({ kind: 'unrecognised' })
  })
})
