import type { EarlyMediaFinding } from '../engine/ports.ts'
import type { Announcement, AnnouncementClass } from './announcement.ts'

/** A recording with what it is recognised by. */
export interface StoredAnnouncement extends Announcement {
  /** Another value whenever class, label or sound change. */
  readonly revision: number
}

/** Where the library is kept, for all nodes. Implemented by `store`. */
export interface AnnouncementBook {
  /** Makes or replaces. @throws an `AdminRefused` */
  save(announcement: Announcement & { wav: Buffer; fingerprint: Buffer }): Promise<void>
  /** What it means and is called. @throws an `AdminRefused` when there is none */
  change(code: string, wanted: { class: AnnouncementClass; label: string }): Promise<void>
  /** In the order of their codes. */
  list(): Promise<StoredAnnouncement[]>
  /** WAV, 8 kHz, 16-bit, mono. */
  sound(code: string): Promise<Buffer | undefined>
  /** As `writeFingerprint` made it. */
  fingerprint(code: string): Promise<Buffer | undefined>
  /** @throws an `AdminRefused` when there is none */
  remove(code: string): Promise<void>
}

/** The library as operators manage it. */
export interface AnnouncementShelf {
  list(): Promise<readonly Announcement[]>
  /** WAV, 8 kHz, 16-bit, mono. */
  sound(code: string): Promise<Buffer | undefined>
  /**
   * Makes or replaces; every node follows by itself.
   *
   * @param announcement `wav`: 8 kHz, 16-bit, mono
   * @throws an error named `AnnouncementRefused` when it cannot be recognised by, an `AdminRefused`
   */
  add(announcement: Announcement & { wav: Buffer }): Promise<void>
  /** Changes what it means and is called; the sound stays. @throws an `AdminRefused` when there is none */
  change(code: string, wanted: { class: AnnouncementClass; label: string }): Promise<void>
  /** @throws an `AdminRefused` when there is none */
  remove(code: string): Promise<void>
  /** What a call would find that hears this. @param wav 8 kHz, 16-bit, mono */
  hear(wav: Buffer): Promise<TriedRecording>
}

/** What would be recognised in a recording, and how near the library came. */
export interface TriedRecording {
  /** `undefined`: there is nothing but silence and ringback. */
  readonly finding: EarlyMediaFinding | undefined
  /** When it was certain, from the start of the recording; absent without a certain finding. */
  readonly afterMs?: number
  /** Recordings of the library that a stretch of it resembles, the nearest first. */
  readonly resembles: readonly ResemblingAnnouncement[]
}

export interface ResemblingAnnouncement {
  readonly announcement: Announcement
  /** How much sound of it was found, and how much is needed. */
  readonly seconds: number
  readonly neededSeconds: number
  /** Part of its reliable bits that agree, 0.5 to 1. */
  readonly agreement: number
}
