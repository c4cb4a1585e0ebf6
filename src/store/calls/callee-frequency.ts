import type { CalleeFrequency } from '../../operations/ports.ts'

/** The spans over which accepts are counted, milliseconds. */
export const spanMs = {
  perMinute: 60_000,
  perHour: 3_600_000,
  perDay: 86_400_000,
} as const satisfies Record<keyof CalleeFrequency, number>

/** When a callee may be called again, and which limit says so. */
export interface Refusal {
  readonly nextAt: number
  readonly limit: keyof CalleeFrequency
}

const limits = ['perMinute', 'perHour', 'perDay'] as const

/**
 * Judges one more accept at `now`. At most N accepts may lie in a span, so it is refused exactly when the N-th newest
 * accept is younger than the span; the same rule is in `accept-statement.ts`, without a count. A limit of 0, or above
 * 1,000, limits nothing.
 *
 * @param recent accept times, newest first, wall milliseconds
 * @returns the refusal that lasts longest, `undefined` when the accept is permitted
 */
export function refusalAt(recent: readonly number[], frequency: CalleeFrequency, now: number): Refusal | undefined {
  let longest: Refusal | undefined
  for (const limit of limits) {
    const oldestThatCounts = recent[frequency[limit] - 1]
    if (oldestThatCounts === undefined) continue
    const nextAt = oldestThatCounts + spanMs[limit]
    if (nextAt > now && nextAt > (longest?.nextAt ?? 0)) longest = { nextAt, limit }
  }
  return longest
}
