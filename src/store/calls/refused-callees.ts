import type { CalleeFrequency } from '../../operations/ports.ts'
import type { Refusal } from './callee-frequency.ts'

/** Callees remembered at most; the oldest is forgotten first, which costs a look into the database, nothing else. */
const capacity = 20_000

/**
 * How long a refusal is believed without another look, milliseconds. Another node may have counted the number for a call of
 * two that was not accepted in the end, and given it back.
 */
const beliefMs = 10_000

/**
 * Callees that are known to be refused until a certain time. It keeps a program that calls one number in a loop from
 * taking a batch of its own for every request.
 */
export class RefusedCallees {
  readonly #refusals = new Map<string, { readonly refusal: Refusal; readonly untilMs: number }>()

  /** @param key the callee, from `keyOf` @param now wall milliseconds */
  refusal(key: string, now: number): Refusal | undefined {
    const known = this.#refusals.get(key)
    if (known === undefined) return undefined
    if (known.untilMs > now) return known.refusal
    this.#refusals.delete(key)
    return undefined
  }

  /** @param now when it was refused, wall milliseconds */
  remember(key: string, refusal: Refusal, now: number): void {
    this.#refusals.delete(key)
    this.#refusals.set(key, { refusal, untilMs: Math.min(refusal.nextAt, now + beliefMs) })
    if (this.#refusals.size <= capacity) return
    for (const oldest of this.#refusals.keys()) {
      this.#refusals.delete(oldest)
      break
    }
  }

  /** One key per callee and limits: other limits are another question. */
  static keyOf(callee: string, frequency: CalleeFrequency): string {
    return `${callee} ${frequency.perMinute} ${frequency.perHour} ${frequency.perDay}`
  }
}
