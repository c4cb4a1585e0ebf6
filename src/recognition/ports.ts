import type { Announcement } from './announcement.ts'

/** A recording with what it is recognised by. */
export interface StoredAnnouncement extends Announcement {
  /** Another value whenever class, label or sound change. */
  readonly revision: number
}

/** Where the library is kept, for all nodes. Implemented by `store`. */
export interface AnnouncementBook {
  /** Makes or replaces. @throws an `AdminRefused` */
  save(announcement: Announcement & { wav: Buffer; fingerprint: Buffer }): Promise<void>
  /** In the order of their codes. */
  list(): Promise<StoredAnnouncement[]>
  /** WAV, 8 kHz, 16-bit, mono. */
  sound(code: string): Promise<Buffer | undefined>
  /** As `writeFingerprint` made it. */
  fingerprint(code: string): Promise<Buffer | undefined>
  /** @throws an `AdminRefused` when there is none */
  remove(code: string): Promise<void>
}
