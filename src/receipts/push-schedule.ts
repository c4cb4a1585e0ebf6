const minuteMs = 60_000
/** Pauses before the second, third and fourth attempt (reference, HTTP batch push). After that it is given up. */
const retryPausesMs = [1 * minuteMs, 5 * minuteMs, 10 * minuteMs]

/**
 * When a receipt is pushed again after an attempt that failed.
 *
 * @param attemptsMade this one included
 * @param now wall milliseconds, when the attempt ended
 * @returns wall milliseconds, `undefined` when it is given up
 */
export function retryAt(attemptsMade: number, now: number): number | undefined {
  const pauseMs = retryPausesMs[attemptsMade - 1]
  return pauseMs === undefined ? undefined : now + pauseMs
}
