import type { Headers } from './headers.ts'
import { parseParams } from './params.ts'

/** Who keeps a session alive: the side that sent the request the header belongs to, or the one that answered it. */
export type Refresher = 'uac' | 'uas'

/** A Session-Expires header (RFC 4028 §4). */
export interface SessionExpires {
  seconds: number
  refresher?: Refresher
}

/** No session may be shorter, seconds (RFC 4028 §5). */
export const leastSessionSeconds = 90

/** Reads the Session-Expires of a message; `undefined` without one or when it is no whole number of seconds. */
export function readSessionExpires(headers: Headers): SessionExpires | undefined {
  const text = headers.first('session-expires')
  const seconds = secondsOf(text)
  if (text === undefined || seconds === undefined) return undefined
  const semicolon = text.indexOf(';')
  const refresher = semicolon < 0 ? undefined : parseParams(text.slice(semicolon)).get('refresher')?.toLowerCase()
  return refresher === 'uac' || refresher === 'uas' ? { seconds, refresher } : { seconds }
}

/** Reads the Min-SE of a message, seconds; 90 without one (RFC 4028 §5). */
export function readMinSe(headers: Headers): number {
  return Math.max(secondsOf(headers.first('min-se')) ?? 0, leastSessionSeconds)
}

/** Writes a Session-Expires. */
export function formatSessionExpires({ seconds, refresher }: SessionExpires): string {
  return refresher === undefined ? String(seconds) : `${seconds};refresher=${refresher}`
}

/** Delta-seconds (RFC 3261 §25.1), at most a hundred years. */
function secondsOf(text: string | undefined): number | undefined {
  const digits = /^\s*(\d{1,9})\s*(?:;|$)/.exec(text ?? '')?.[1]
  return digits === undefined ? undefined : Number(digits)
}
