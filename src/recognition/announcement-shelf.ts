import { silentLog } from '../lib/log.ts'
import { readWav, toMono } from '../media/codec/wav-reader.ts'
import { AnnouncementLibrary } from './announcement-library.ts'
import { writeFingerprint } from './fingerprint/fingerprint-bytes.ts'
import { Hearing } from './hearing.ts'
import { AnnouncementWatch } from './matching/announcement-watch.ts'
import type { PrintIndex } from './matching/print-index.ts'
import { neededSeconds } from './matching/verdict.ts'
import type { AnnouncementBook, AnnouncementShelf, ResemblingAnnouncement, TriedRecording } from './ports.ts'
import { fingerprintOfWav } from './recording.ts'
import { chinesePlan } from './tones/china.ts'

/** Pieces as a call hears them: 100 ms. */
const pieceSamples = 800
/** Resemblances of fewer seconds are chance. */
const tellingSeconds = 0.8

/** Manages the library in a book. */
export function openAnnouncementShelf(book: AnnouncementBook): AnnouncementShelf {
  return {
    list: async () => (await book.list()).map(({ revision: _, ...announcement }) => announcement),
    sound: (code) => book.sound(code),
    async add(announcement) {
      await book.save({ ...announcement, fingerprint: writeFingerprint(fingerprintOfWav(announcement.wav)) })
    },
    change: (code, wanted) => book.change(code, wanted),
    remove: (code) => book.remove(code),
    async hear(wav) {
      const library = new AnnouncementLibrary(book, silentLog)
      await library.refresh()
      return await tryOut(toMono(readWav(wav)), library.index)
    },
  }
}

/** Calls go on meanwhile: minutes of sound are seconds of work. */
async function tryOut(pcm: Int16Array, index: PrintIndex): Promise<TriedRecording> {
  let heardSamples = 0
  let afterMs: number | undefined
  const hearing = new Hearing(chinesePlan, index, () => {
    afterMs = heardSamples / 8
  })
  const nearest = new Map<string, ResemblingAnnouncement & { evidence: number }>()
  const watch = new AnnouncementWatch(
    index,
    () => undefined,
    ({ announcement, soundSeconds }, found) => {
      if (found.seconds < tellingSeconds || found.evidence <= (nearest.get(announcement.code)?.evidence ?? 0)) return
      nearest.set(announcement.code, { announcement, neededSeconds: neededSeconds(soundSeconds), ...found })
    },
  )
  for (let at = 0; at < pcm.length; at += pieceSamples) {
    const piece = pcm.subarray(at, at + pieceSamples)
    heardSamples += piece.length
    hearing.hear(piece)
    watch.hear(piece)
    await new Promise<void>((othersHadTheirs) => setImmediate(othersHadTheirs))
  }
  const finding = hearing.end()
  const resembles = [...nearest.values()]
    .sort((a, b) => b.evidence - a.evidence)
    .map(({ evidence: _, ...resembling }) => resembling)
  return { finding, resembles, ...(afterMs === undefined ? {} : { afterMs }) }
}
