import type { Log } from '../lib/log.ts'
import type { Fingerprint } from './fingerprint/fingerprint.ts'
import { readFingerprint } from './fingerprint/fingerprint-bytes.ts'
import { type KnownAnnouncement, PrintIndex } from './matching/print-index.ts'
import type { AnnouncementBook, StoredAnnouncement } from './ports.ts'
import { fingerprintOfWav } from './recording.ts'

/** The library as this node knows it. */
export class AnnouncementLibrary {
  readonly #book: AnnouncementBook
  readonly #log: Log
  #known = new Map<string, KnownAnnouncement & { revision: number }>()
  #index = new PrintIndex([])
  #refreshing: Promise<void> | undefined
  #isStale = false

  constructor(book: AnnouncementBook, log: Log) {
    this.#book = book
    this.#log = log
  }

  /** What calls that begin now are compared with. */
  get index(): PrintIndex {
    return this.#index
  }

  /**
   * Reads what has changed in the store. While one reading is under way, further ones are one after it.
   *
   * @throws the store's error; the library stays as it was
   */
  refresh(): Promise<void> {
    this.#isStale = true
    this.#refreshing ??= this.#readUntilFresh().finally(() => {
      this.#refreshing = undefined
    })
    return this.#refreshing
  }

  async #readUntilFresh(): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false
      await this.#read()
    }
  }

  async #read(): Promise<void> {
    const rows = await this.#book.list()
    const isSame = rows.length === this.#known.size && rows.every((row) => this.#knows(row) !== undefined)
    if (isSame) return
    const known = new Map<string, KnownAnnouncement & { revision: number }>()
    for (const row of rows) {
      const print = this.#knows(row)?.print ?? (await this.#printOf(row.code))
      // Removed since the list was read: the news of that is under way.
      if (print !== undefined) known.set(row.code, { announcement: row, print, revision: row.revision })
    }
    this.#known = known
    this.#index = new PrintIndex([...known.values()])
    this.#log.info({ announcements: known.size }, 'the library of announcements has changed')
  }

  #knows({ code, revision }: StoredAnnouncement): KnownAnnouncement | undefined {
    const known = this.#known.get(code)
    return known?.revision === revision ? known : undefined
  }

  async #printOf(code: string): Promise<Fingerprint | undefined> {
    const stored = await this.#book.fingerprint(code)
    const print = stored && readFingerprint(stored)
    if (print !== undefined) return print
    // An older version of the program made it, or a newer one.
    const wav = await this.#book.sound(code)
    return wav && fingerprintOfWav(wav)
  }
}
