import type { CallOutcome } from '../domain/call/call-outcome.ts'

/** What an announcement of the network means: the outcome of the call, and how people put it. */
export interface AnnouncementMeaning {
  readonly outcome: CallOutcome
  /** One line for people. */
  readonly meaning: string
}

/** Every class of announcements. The outcomes carry the codes of early-media detection (reference, call status codes). */
export const announcementClasses = {
  'powered-off': { outcome: 'poweredOff', meaning: 'the phone is switched off' },
  suspended: { outcome: 'suspended', meaning: 'the number is out of service: arrears, suspended, expired' },
  busy: { outcome: 'busy', meaning: 'the callee is in another call' },
  'no-answer': { outcome: 'noAnswer', meaning: 'nobody answers' },
  unreachable: { outcome: 'unreachable', meaning: 'the number cannot be connected at the moment' },
  'out-of-coverage': { outcome: 'outOfCoverage', meaning: 'the phone is outside the service area' },
  'invalid-number': { outcome: 'invalidNumber', meaning: 'there is no such number' },
  restricted: { outcome: 'restricted', meaning: 'the network does not allow the call' },
} as const satisfies Record<string, AnnouncementMeaning>

export type AnnouncementClass = keyof typeof announcementClasses

export const announcementClassNames = Object.keys(announcementClasses).filter(isAnnouncementClass)

export function isAnnouncementClass(text: string): text is AnnouncementClass {
  return Object.hasOwn(announcementClasses, text)
}

/** A recording of the library, without its sound. */
export interface Announcement {
  /** Unique: 1 to 100 letters, digits, points, dashes and underscores. */
  readonly code: string
  readonly class: AnnouncementClass
  /** What people call it: the carrier, the wording. May be empty. */
  readonly label: string
  readonly durationMs: number
}

/** How findings and logs name it: `powered-off (carrier A, evening)`. */
export function nameOf({ class: of, code, label }: Pick<Announcement, 'class' | 'code' | 'label'>): string {
  return `${of} (${label || code})`
}
