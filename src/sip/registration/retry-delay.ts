/** RFC 5626 §4.5: the base and the ceiling of the wait after failures, seconds, when no way to the registrar is left. */
const baseSeconds = 30
const mostSeconds = 1800

/** Whatever a registrar says, it is asked once a day: it may have been mistaken, and timers have an end. */
const daySeconds = 86_400

/**
 * How long to wait after rounds that failed in a row (RFC 5626 §4.5): doubled each time, and somewhere between half and all
 * of it, so that many clients do not come back at once.
 *
 * @param failures in a row, from 1
 * @param random 0 to below 1
 * @param retryAfterSeconds what the registrar asked for; not undercut, up to a day
 * @returns milliseconds
 */
export function retryDelayMs(failures: number, random: number, retryAfterSeconds = 0): number {
  const boundSeconds = Math.min(mostSeconds, baseSeconds * 2 ** Math.min(failures, 30))
  return Math.max(Math.min(daySeconds, retryAfterSeconds), boundSeconds * (0.5 + random / 2)) * 1000
}

/**
 * When to refresh a registration: between 80 % and 90 % of its time, so that a lost registrar leaves time to try again and
 * clients that began together drift apart. Once a day at least.
 *
 * @param random 0 to below 1
 * @returns milliseconds
 */
export function refreshDelayMs(expiresSeconds: number, random: number): number {
  return Math.min(daySeconds, expiresSeconds) * 1000 * (0.8 + random / 10)
}
