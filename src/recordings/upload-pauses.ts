const firstPauseMs = 5_000
const longestPauseMs = 10 * 60_000

/**
 * When something that failed with a recording is tried again: after 5 s, then after twice as long each time, at last
 * every ten minutes, for as long as it takes.
 *
 * @param failures this one included, from 1
 * @param now wall milliseconds
 * @returns wall milliseconds
 */
export function retryAt(failures: number, now: number): number {
  return now + Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failures - 1, 20))
}
