import type { PushItem, PushSettlement } from './ports.ts'

const minuteMs = 60_000
/** Pauses before the second, third and fourth attempt (reference, HTTP batch push). After that it is given up. */
const retryPausesMs = [1 * minuteMs, 5 * minuteMs, 10 * minuteMs]

/** What came of one POST. `error` is short, for the operator, and holds no part of the URL. */
export type PushAnswer = { readonly accepted: true } | { readonly accepted: false; readonly error: string }

/**
 * What is written down about an item after an attempt.
 *
 * @param now wall milliseconds, when the attempt ended
 */
export function settlement(item: PushItem, answer: PushAnswer, now: number): PushSettlement {
  if (answer.accepted) return { id: item.id, result: { delivered: true } }
  const pauseMs = retryPausesMs[item.attempts]
  const retryAt = pauseMs === undefined ? undefined : now + pauseMs
  return { id: item.id, result: { delivered: false, retryAt, error: answer.error } }
}
