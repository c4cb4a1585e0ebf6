import { timingSafeEqual } from 'node:crypto'
import type { LinkProof } from './ports.ts'

/** How long the URL of a receipt is good (reference, recording receipt). */
export const linkLifeMs = 7 * 86_400_000

/** Where files are served, below the HTTP port. */
export const filesPath = '/files/recordings'

const recordingIdPattern = /^[0-9a-f]{40}$/

/** What the URL of a file says, unproven. */
export interface GivenLink {
  readonly recordingId: string
  readonly expires: string
  readonly signature: string
}

/** `forged`: not made here, or changed. */
export type LinkVerdict = 'good' | 'expired' | 'forged'

/** Whether a text has the form of a recording's id: 40 hex digits. */
export function isRecordingId(text: string): boolean {
  return recordingIdPattern.test(text)
}

/**
 * Path and query of a URL that lets whoever has it fetch one recording, until it expires.
 *
 * @param expiresAt wall milliseconds; counts in whole seconds
 */
export function signLink(link: LinkProof, recordingId: string, expiresAt: number): string {
  const expires = String(Math.floor(expiresAt / 1000))
  const signature = link.proof(provenText(recordingId, expires)).toString('base64url')
  return `${filesPath}/${recordingId}.wav?expires=${expires}&signature=${signature}`
}

/**
 * Judges a URL. Whoever changed the expiry is told that it is forged, not that it is expired: only what was made here
 * says anything.
 *
 * @param now wall milliseconds
 */
export function judgeLink(link: LinkProof, given: GivenLink, now: number): LinkVerdict {
  const { recordingId, expires, signature } = given
  if (!isRecordingId(recordingId) || !/^\d{1,12}$/.test(expires)) return 'forged'
  const expected = Buffer.from(link.proof(provenText(recordingId, expires)).toString('base64url'))
  const found = Buffer.from(signature)
  // Compared as text: base64url has characters whose last bits mean nothing, and one way of writing is ours.
  if (found.length !== expected.length || !timingSafeEqual(found, expected)) return 'forged'
  return now < Number(expires) * 1000 ? 'good' : 'expired'
}

function provenText(recordingId: string, expires: string): string {
  return `GET ${filesPath}/${recordingId} ${expires}`
}
