import { readFile } from 'node:fs/promises'
import type { NetworkEar } from './engine/ports.ts'
import type { Closing } from './lib/closing.ts'
import type { Log } from './lib/log.ts'
import { announcedEndings } from './phones/standard-endings.ts'
import { AnnouncementLibrary } from './recognition/announcement-library.ts'
import { openAnnouncementShelf } from './recognition/announcement-shelf.ts'
import { createNetworkEar } from './recognition/network-ear.ts'
import type { RunningSpeech } from './speech/speech.ts'
import type { Store } from './store/store.ts'

/** Opens the ear of a node: it knows the library, and follows it while the node runs. @throws the store's error */
export async function openEar({ store, log }: { store: Store; log: Log }, closing: Closing): Promise<NetworkEar> {
  const library = new AnnouncementLibrary(store.announcements, log)
  await library.refresh()
  const stopFollowing = store.onDirectoryChange(() => {
    // What is known stays; the next change, or the connection that comes back, asks again.
    library.refresh().catch((error: unknown) => log.warn({ err: error }, 'the library of announcements was not read'))
  })
  closing.add(async () => stopFollowing())
  return createNetworkEar({ library, log })
}

/**
 * Teaches the library what the virtual phones announce, in the background: speaking takes a moment. What is there
 * already stays as it is.
 */
export function learnPhoneAnnouncements(
  { store, speech, log }: { store: Store; speech: RunningSpeech; log: Log },
  closing: Closing,
): void {
  const shelf = openAnnouncementShelf(store.announcements)
  let isClosing = false
  const learning = (async () => {
    for (const { class: of, announcement } of announcedEndings) {
      if (isClosing) return
      const code = `phones-${of}`
      const { file, durationMs } = await speech.speak(announcement)
      const wav = await readFile(file)
      if ((await shelf.sound(code))?.equals(wav)) continue
      await shelf.add({ code, class: of, label: 'virtual phones', durationMs: Math.round(durationMs), wav })
    }
  })().catch((error: unknown) => log.warn({ err: error }, 'the announcements of the virtual phones were not learnt'))
  closing.add(async () => {
    isClosing = true
    await learning
  })
}
