import type { Clock } from '../../lib/clock.ts'
import type { Session, SessionBook } from './ports.ts'
import { hashToken, newToken } from './tokens.ts'

/** How long a session lasts without a request, and at all. */
export const sessionLife = { idleMs: 30 * 60_000, mostMs: 12 * 3_600_000 } as const

/** Being seen is written down at most so often: a page that asks much must not write much. */
const seenStepMs = 60_000

/** @returns the token of a new session, for the cookie */
export async function openSession(sessions: SessionBook, clock: Clock, name: string): Promise<string> {
  const token = newToken()
  const now = clock.now()
  await sessions.open({ tokenHash: hashToken(token), name, now, staleBefore: now - sessionLife.mostMs })
  return token
}

/** The session of a cookie, and what is left of it: `undefined` when it ended. */
export async function resumeSession(
  sessions: SessionBook,
  clock: Clock,
  token: string,
): Promise<(Session & { expiresAt: number }) | undefined> {
  const tokenHash = hashToken(token)
  const session = await sessions.find(tokenHash)
  if (session === undefined) return undefined
  const now = clock.now()
  const expiresAt = session.createdAt + sessionLife.mostMs
  if (now >= expiresAt || now >= session.seenAt + sessionLife.idleMs) {
    await sessions.close(tokenHash)
    return undefined
  }
  if (now >= session.seenAt + seenStepMs) await sessions.seen(tokenHash, now)
  return { ...session, expiresAt }
}
