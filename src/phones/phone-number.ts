/**
 * The number a phone goes by: digits, `+` in front dropped. Also a safe name of a folder and of a path segment.
 *
 * @returns undefined when no phone can have that number
 */
export function phoneNumber(text: string): string | undefined {
  return /^\+?([0-9]{1,32})$/.exec(text)?.[1]
}

/** The CallId that our trunk puts in front of its Call-ID headers, `^` written as `.`; undefined for other callers. */
export function callIdOf(sipCallId: string): string | undefined {
  const match = /^(\d{12})\.(\d{12})(?!\d)/.exec(sipCallId)
  return match === null ? undefined : `${match[1]}^${match[2]}`
}
