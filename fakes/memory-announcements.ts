import type { AnnouncementBook, StoredAnnouncement } from '../src/recognition/ports.ts'

/** A library of announcements in memory. */
export function memoryAnnouncements(): AnnouncementBook {
  const rows = new Map<string, StoredAnnouncement & { wav: Buffer; fingerprint: Buffer }>()
  let revision = 0
  return {
    async save(announcement) {
      rows.set(announcement.code, { ...announcement, revision: ++revision })
    },
    async change(code, wanted) {
      const row = rows.get(code)
      if (row === undefined) throw new Error(`there is no announcement ${code}`)
      rows.set(code, { ...row, ...wanted, revision: ++revision })
    },
    async list() {
      const all = [...rows.values()].map(({ wav: _, fingerprint: __, ...row }) => row)
      return all.sort((a, b) => (a.code < b.code ? -1 : 1))
    },
    sound: async (code) => rows.get(code)?.wav,
    fingerprint: async (code) => rows.get(code)?.fingerprint,
    async remove(code) {
      if (!rows.delete(code)) throw new Error(`there is no announcement ${code}`)
    },
  }
}
